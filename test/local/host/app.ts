import './orchestrations-app.ts';
import './triggers-app.ts';
