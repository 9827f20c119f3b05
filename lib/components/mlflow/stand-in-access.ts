import { flagOf } from '../stand-in.ts';
import type { StandInApp, StandInRequest } from '../stand-in.ts';

const PRIVATE_HOSTS = ['localhost*', '127.*', '10.*', '192.168.*', '172.1*', '172.2*', '172.3*'];

/** The host check of the server: the variable replaces the default list, and ports must match. */
export function isAllowedHost({ host }: StandInRequest, { environment }: StandInApp): boolean {
  const allowed =
    environment['MLFLOW_SERVER_ALLOWED_HOSTS']?.split(',').map((name) => name.trim()) ?? PRIVATE_HOSTS;
  return allowed.some((pattern) =>
    new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`).test(host),
  );
}

/** With the app `basic-auth`, every request needs the administrator's name and password. */
export function isAuthenticated(
  { headers }: StandInRequest,
  { container, environment, file }: StandInApp,
): boolean {
  if (flagOf(container, 'app-name') !== 'basic-auth') return true;
  const config = file(environment['MLFLOW_AUTH_CONFIG_PATH'] ?? '') ?? '';
  const setting = (name: string, otherwise: string) =>
    new RegExp(`^${name}\\s*=\\s*(.+)$`, 'm').exec(config)?.[1]?.trim() ?? otherwise;
  const credentials = `${setting('admin_username', 'admin')}:${setting('admin_password', 'password1234')}`;
  return headers.authorization === `Basic ${Buffer.from(credentials).toString('base64')}`;
}
