import { parseJsonObject } from "../../engine/json";
import { UpstreamError } from "../../engine/sign-up/failure";
import { isKebabCase } from "../../engine/sign-up/rule";
import type { CallContext } from "../../engine/sign-up/service";
import { type ClientCertificate, concernsCredentials } from "../http/outbound";

export type SecretTexts = Readonly<Partial<Record<string, string>>>;

const ROOM_MS = 500;

/**
 * Makes a call that reads secrets. If the other side refuses the credentials, or they are unusable, reads the secrets again. If one has
 * changed, makes the call once more.
 */
export async function withSecrets<T>(
  service: string,
  { services, signal, remainingMs }: CallContext,
  call: (keyring: Keyring) => Promise<T>,
): Promise<T> {
  const usedTexts = new Map<string, string>();
  const keyring: Keyring = {
    service,
    async secret(name) {
      try {
        const text = await services.secret(name, signal);
        usedTexts.set(name, text);
        return text;
      } catch {
        // The error of Secrets Manager is replaced, because its message names the secret.
        throw createSecretError({ service });
      }
    },
  };
  try {
    return await call(keyring);
  } catch (error) {
    if (!concernsCredentials(error)) throw error;
    const readAgain = [...usedTexts].map(async ([name, text]) => (await services.secret(name, signal, text)) !== text);
    const hasChanged = await Promise.all(readAgain).then(
      (changes) => changes.includes(true),
      () => false,
    );
    if (!hasChanged || remainingMs() < ROOM_MS) throw error;
    return await call(keyring);
  }
}

/** Reads secrets for a service. Throws UpstreamError "secret" for a missing or malformed secret. */
export interface Keyring {
  readonly service: string;
  secret(name: string): Promise<string>;
}

export function checkedSecretName(name: string, what: string): string {
  if (isKebabCase(name)) return name;
  throw new TypeError(`${what} takes the name of a secret in kebab-case, like "crm-login"; "${name}" is not.`);
}

/** Reads a secret that is one line of visible ASCII, so that it is valid in a header. */
export async function readSecretLine(keyring: Keyring, name: string): Promise<string> {
  const text = await keyring.secret(name);
  if (!/^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)) throw createSecretError(keyring);
  return text;
}

/** The secret's JSON object must have each of these members as a text, and may have others. */
export async function readSecretMembers<Name extends string>(
  keyring: Keyring,
  name: string,
  requiredNames: readonly Name[],
): Promise<Readonly<Record<Name, string>>> {
  const texts = await textsIn(keyring, name);
  if (!requiredNames.every((member) => texts[member] !== undefined)) throw createSecretError(keyring);
  return texts as Record<Name, string>;
}

/** The members of the secret, with examples for the person who fills them in. */
export const certificateShape = {
  certificate: "-----BEGIN CERTIFICATE-----\n…\n-----END CERTIFICATE-----",
  privateKey: "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----",
};

export async function readSecretCertificate(keyring: Keyring, name: string): Promise<ClientCertificate> {
  return certificateIn(keyring, await textsIn(keyring, name));
}

/** A secret holds `certificate` and `privateKey` in PEM, or `pfx`, a PKCS #12 file in base64; a `passphrase` is optional. */
export function certificateIn(keyring: Keyring, { certificate, privateKey, pfx, passphrase }: SecretTexts): ClientCertificate {
  const passphraseOption = passphrase === undefined ? {} : { passphrase };
  if (pfx !== undefined && certificate === undefined && privateKey === undefined)
    return { pfx: Buffer.from(pfx, "base64"), ...passphraseOption };
  if (pfx === undefined && certificate !== undefined && privateKey !== undefined)
    return { cert: certificate, key: privateKey, ...passphraseOption };
  throw createSecretError(keyring);
}

export async function textsIn(keyring: Keyring, name: string): Promise<SecretTexts> {
  const members = Object.entries(parseJsonObject(await keyring.secret(name)) ?? {});
  return Object.fromEntries(members.filter((member): member is [string, string] => typeof member[1] === "string" && member[1] !== ""));
}

export function createSecretError({ service }: Pick<Keyring, "service">): UpstreamError {
  return new UpstreamError({ service, kind: "secret" });
}
