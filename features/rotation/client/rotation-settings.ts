import * as v from "valibot";
import type { KeptValue } from "../../../adapters/aws/secrets";
import {
  BY_CREDENTIAL,
  type CredentialChoice,
  checkedSettings,
  credentialIn,
  guid,
  type SettingsSecret,
  type SettingsWorld,
  settingsObject,
  settingsReader,
} from "../../../adapters/aws/settings";

export const rotationVariables = {
  /** JSON: the gates whose connectors get new passwords, each with its secret, and its URLs by path. */
  rotatedGates: "ROTATED_GATES",
  rotationDays: "ROTATION_DAYS",
  rotationSecret: "ROTATION_SECRET",
} as const;

/** The application that gives the connectors of its tenant new passwords. */
export interface RotationSettings {
  readonly tenantId: string;
  readonly clientId: string;
  /** The credential, in the form of `readCredential`. Undefined if a role signs in and the secret has no credential. */
  readonly credential: string | undefined;
}

const secretOfRotation: SettingsSecret = { output: "RotationSecret", page: "docs/rotation.md" };
const schema = v.object({ tenantId: guid, clientId: guid });

/** Throws SettingsError. */
export function readRotationSettings(secret: string, choice: CredentialChoice = BY_CREDENTIAL): RotationSettings {
  const members = settingsObject(secretOfRotation, secret);
  return { ...checkedSettings(secretOfRotation, schema, members), credential: credentialIn(secretOfRotation, members, choice) };
}

/** The returned function reads settings at most a minute old. It throws SettingsError, and any error of reading the secret. */
export function rotationSettings(world: SettingsWorld): KeptValue<RotationSettings> {
  return settingsReader(world, rotationVariables.rotationSecret, readRotationSettings);
}
