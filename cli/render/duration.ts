export { brief, clock, rough, secondsBetween } from '../../lib/domain/duration-text.ts';
