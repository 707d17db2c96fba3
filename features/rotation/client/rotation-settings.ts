import * as v from "valibot";
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

/** Names of the variables that the stack sets and the rotation reads. */
export const rotationVariables = {
  /** The gates whose connectors get new passwords, as JSON. Each gate has its secret, and its URLs by path. */
  rotatedGates: "ROTATED_GATES",
  /** The age at which a password is replaced, in days. */
  rotationDays: "ROTATION_DAYS",
  /** The secret of the application with which rotation calls Graph: see `RotationSettings`. */
  rotationSecret: "ROTATION_SECRET",
} as const;

/** The application that gives the connectors of its tenant new passwords. */
export interface RotationSettings {
  readonly tenantId: string;
  readonly clientId: string;
  /** The credential in the form of `readCredential`. Undefined if a role signs in and the secret has no credential. */
  readonly credential: string | undefined;
}

const secretOfRotation: SettingsSecret = { output: "RotationSecret", page: "docs/rotation.md" };
const schema = v.object({ tenantId: guid, clientId: guid });

/** Reads the settings from the secret's text. Throws SettingsError. */
export function readRotationSettings(secret: string, choice: CredentialChoice = BY_CREDENTIAL): RotationSettings {
  const members = settingsObject(secretOfRotation, secret);
  return { ...checkedSettings(secretOfRotation, schema, members), credential: credentialIn(secretOfRotation, members, choice) };
}

/**
 * Returns a function that reads the current settings, at most a minute old. It throws SettingsError, and any error of reading the secret.
 */
export function rotationSettings(world: SettingsWorld): () => Promise<RotationSettings> {
  return settingsReader(world, rotationVariables.rotationSecret, readRotationSettings);
}
