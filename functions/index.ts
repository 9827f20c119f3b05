// The entry of the deployed app. The Functions host imports it and runs the functions that it registers.
import { azureDependencies, createApp } from '../lib/app.ts';
import { registerFunctions } from './register.ts';

registerFunctions(createApp(azureDependencies(process.env)));
