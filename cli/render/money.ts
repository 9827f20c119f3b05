export { money, roughMoney } from '../../lib/domain/money.ts';
