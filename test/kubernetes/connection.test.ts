import { expect, test } from 'vitest';
import { endpointOf } from '../../lib/kubernetes/connection.ts';

const kubeconfig = (server: string) => JSON.stringify({ clusters: [{ cluster: { server } }] });

test.each(['http://10.0.0.4', 'http://localhost.example', 'http://127.0.0.1.nip.io', 'ftp://127.0.0.1'])(
  'a token is never sent to %s',
  (server) => {
    expect(endpointOf(kubeconfig(server))).toBeUndefined();
  },
);

test.each(['https://demo.hcp.uksouth.azmk8s.io:443', 'http://127.0.0.1:8001', 'http://[::1]:8001'])(
  '%s is the address of an API server',
  (server) => {
    expect(endpointOf(kubeconfig(server))).toEqual({ server });
  },
);
