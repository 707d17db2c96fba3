import * as v from "valibot";
import { GUID } from "../../engine/directory-account";
import { parseJsonObject } from "../../engine/json";
import { MS_PER_MINUTE } from "../../engine/sign-up/time";
import { graphEnvironment } from "../graph/clouds";
import { readCredential } from "../graph/sign-in";
import type { World } from "../world";
import { requireVariable } from "./environment";
import { type KeptValue, keptValue, secretVersion } from "./secrets";

/** Settings that an operator filled in cannot be used; the message explains the problem, and quotes no value. */
export class SettingsError extends Error {
  override readonly name = "SettingsError";
  readonly mayBeLogged = true;
}

export interface SettingsSecret {
  /** The output that names the secret. */
  readonly output: "ApprovalsSecret" | "ApprovalMailSecret" | "RotationSecret";
  readonly page: string;
}

// Each check has a message of our own, because the library's messages would quote the value.
export const NO_TEXT = "is no text";

export const filledText = v.pipe(v.string(NO_TEXT), v.trim(), v.nonEmpty("is missing"));
export const guid = v.optional(v.pipe(filledText, v.regex(GUID, "is no GUID, as Entra shows it")), "");

export type SettingsWorld = Pick<World, "settings" | "secrets" | "clock">;

/** The reader returns the same object until the secret changes. @param variable the environment variable with the secret's ARN or name */
export function settingsReader<T>(
  { settings, secrets, clock }: SettingsWorld,
  variable: string,
  read: (secret: string, choice: CredentialChoice) => T,
): KeptValue<T> {
  let last: { readonly secret: string; readonly settings: T } | undefined;
  const readNow = async () => {
    const secret = (await secretVersion(secrets, requireVariable(variable, settings), "AWSCURRENT"))?.SecretString ?? "";
    if (last?.secret !== secret) last = { secret, settings: read(secret, { byRole: signsInByRole(settings) }) };
    return last.settings;
  };
  return keptValue(readNow, { clock, freshMs: MS_PER_MINUTE, isFinal: (error) => error instanceof SettingsError });
}

interface ApplicationSettings {
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: string | undefined;
}

/** Returns the credential in the settings. Once Entra has refused it, returns the one that the same application has now. */
export function credentialReader<T extends ApplicationSettings>(settings: T, readSettings: KeptValue<T>) {
  return async (refused?: string): Promise<string | undefined> => {
    const { tenantId, clientId, credential } = refused === undefined ? settings : await readSettings(settings);
    return tenantId === settings.tenantId && clientId === settings.clientId ? credential : settings.credential;
  };
}

/** Parses the JSON object in a secret. Throws SettingsError. */
export function settingsObject(from: SettingsSecret, secret: string): Readonly<Record<string, unknown>> {
  const members = parseJsonObject(secret);
  if (members === undefined) throw unusable(from, "it holds no JSON object");
  return members;
}

/** Checks the object's members against a schema. Throws SettingsError. */
export function checkedSettings<T extends v.GenericSchema>(from: SettingsSecret, schema: T, members: object): v.InferOutput<T> {
  const read = v.safeParse(schema, members, { abortPipeEarly: true });
  if (read.success) return read.output;
  const problems = read.issues.map((issue) => `${v.getDotPath(issue)?.split(".", 1)[0]} ${issue.message}`);
  throw unusable(from, [...new Set(problems)].join("; "));
}

export interface CredentialChoice {
  /** True if a role signs in. The secret then needs no credential. */
  readonly byRole: boolean;
}

export const BY_CREDENTIAL: CredentialChoice = { byRole: false };

export function signsInByRole(settings: SettingsWorld["settings"]): boolean {
  return settings[graphEnvironment.role] !== undefined;
}

/**
 * Returns the credential in the form for `readCredential`. Undefined if a role signs in and the secret holds none. Throws SettingsError.
 */
export function credentialIn(
  from: SettingsSecret,
  members: Readonly<Record<string, unknown>>,
  { byRole }: CredentialChoice,
): string | undefined {
  // People who fill in a form leave a member empty instead of removing it.
  const givenNames = ["clientSecret", "certificate", "privateKey"].filter((name) => members[name] !== undefined && members[name] !== "");
  if (byRole && givenNames.length === 0) return undefined;
  const credential = JSON.stringify(Object.fromEntries(givenNames.map((name) => [name, members[name]])));
  try {
    readCredential(credential);
  } catch {
    throw unusable(from, "it needs clientSecret, or certificate and privateKey");
  }
  return credential;
}

function unusable({ output, page }: SettingsSecret, what: string): SettingsError {
  return new SettingsError(`The secret named by the output ${output} cannot be used: ${what}. ${page} says what goes in.`);
}
