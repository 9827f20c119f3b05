// The entry of the deployed app: the Functions host imports it and runs whatever it registers.
import { azureDependencies, createApp } from '../lib/app.ts';
import { registerFunctions } from './register.ts';

registerFunctions(createApp(azureDependencies(process.env)));
