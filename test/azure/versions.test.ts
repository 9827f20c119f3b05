import { expect, test } from 'vitest';
import { isVersion, upgradeFindings } from '../../lib/azure/versions.ts';

test.each([
  ['1.36.1', undefined, true],
  ['1.36.1', '1.36', true],
  ['1.36.1', '1.36.1', true],
  ['1.36.1', '1.36.0', false],
  ['1.3.1', '1.36', false],
  ['1.36.1', '1.3', false],
  [undefined, '1.36', false],
])('%s satisfies %s: %s', (found, asked, is) => {
  expect(isVersion(found, asked)).toBe(is);
});

const UPGRADES = ['1.35.4', '1.36.0', '1.36.1'];
const findings = (asked: string, upgrades = UPGRADES) =>
  upgradeFindings('demo-k8s', '1.35.3', asked, upgrades);

test.each(['1.35', '1.35.3', '1.35.4', '1.36', '1.36.1'])(
  'a cluster of version 1.35.3 can request %s',
  (asked) => {
    expect(findings(asked)).toEqual([]);
  },
);

test.each([
  ['1.37', 'KUBERNETES_VERSION_SKIPPED', '1.36'],
  ['9.9', 'KUBERNETES_VERSION_SKIPPED', '1.36'],
  ['1.36.7', 'KUBERNETES_VERSION_UNSUPPORTED', '1.36'],
  ['1.34', 'KUBERNETES_VERSION_UNSUPPORTED', '1.35'],
  ['1.35.1', 'KUBERNETES_VERSION_UNSUPPORTED', '1.35'],
])('%s is rejected as %s with the suggestion %s', (asked, code, instead) => {
  const [finding] = findings(asked);
  expect(finding).toMatchObject({
    code,
    remedies: [{ action: 'provisionStack', arguments: { 'cluster.kubernetesVersion': instead } }],
  });
});

test('the cause says if AKS offers no upgrade', () => {
  expect(findings('1.36', [])[0]).toMatchObject({
    code: 'KUBERNETES_VERSION_UNSUPPORTED',
    cause: 'AKS offers it no upgrade now.',
  });
});
