import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

const DAY = 86_400_000;
const VALID_FOR = 2 * 365 * DAY;

/** Object identifiers, in the bytes of DER. */
const OID = {
  commonName: '550403',
  subjectAltName: '551d11',
  basicConstraints: '551d13',
  extendedKeyUsage: '551d25',
  serverAuthentication: '2b06010505070301',
  ecdsaWithSha256: '2a8648ce3d040302',
};

/**
 * A key and a certificate for a host that it signs itself (RFC 5280), in PEM; valid for two years from a day
 * ago, because clocks differ. `now` is in milliseconds since the epoch.
 */
export function selfSigned(host: string, now: number): { certificate: string; key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const name = sequence(der(0x31, sequence(oid(OID.commonName), der(0x0c, Buffer.from(host)))));
  const toBeSigned = sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    name,
    sequence(time(now - DAY), time(now + VALID_FOR)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions(host))),
  );
  const signature = sign('sha256', toBeSigned, privateKey);
  return {
    certificate: pem('CERTIFICATE', sequence(toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature))),
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const extensions = (host: string): Buffer[] => [
  extension(OID.subjectAltName, sequence(der(0x82, Buffer.from(host)))),
  extension(OID.basicConstraints, sequence()),
  extension(OID.extendedKeyUsage, sequence(oid(OID.serverAuthentication))),
];

const extension = (id: string, value: Buffer): Buffer => sequence(oid(id), der(0x04, value));

/** One value of DER: a tag, the length, the content. */
function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const bytes = length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), content]);
}

const sequence = (...parts: Buffer[]): Buffer => der(0x30, ...parts);
const oid = (bytes: string): Buffer => der(0x06, Buffer.from(bytes, 'hex'));

/** A positive integer: the first bit is the sign, and no byte is there in vain. */
function integer(bytes: Buffer): Buffer {
  const positive = Buffer.from(bytes);
  positive[0] = (positive.readUInt8(0) & 0x7f) | (bytes.length > 1 ? 0x40 : 0);
  return der(0x02, positive);
}

/** `YYMMDDhhmmssZ`, which is right until 2049. */
const time = (ms: number): Buffer =>
  der(0x17, Buffer.from(`${new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)}Z`));

const pem = (label: string, content: Buffer): string =>
  `-----BEGIN ${label}-----\n${(content.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END ${label}-----\n`;
