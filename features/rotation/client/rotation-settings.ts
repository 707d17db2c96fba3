import * as v from "valibot";
import {
  checkedSettings,
  credentialIn,
  guid,
  type SettingsSecret,
  type SettingsWorld,
  settingsObject,
  settingsReader,
} from "../../../adapters/aws/settings";
import { rotationVariables } from "../variables";

/** The tenant's application that gives its connectors new passwords. */
export interface RotationSettings {
  readonly tenantId: string;
  readonly clientId: string;
  /** In the form of `readCredential`. */
  readonly credential: string;
}

const secretOfRotation: SettingsSecret = { output: "RotationSecret", page: "docs/rotation.md" };
const schema = v.object({ tenantId: guid, clientId: guid });

/** Reads the secret's text. Throws SettingsError. */
export function readRotationSettings(secret: string): RotationSettings {
  const members = settingsObject(secretOfRotation, secret);
  return { ...checkedSettings(secretOfRotation, schema, members), credential: credentialIn(secretOfRotation, members) };
}

/** Reads the current settings, at most a minute old. Throws SettingsError, and any error of reading the secret. */
export function rotationSettings(world: SettingsWorld): () => Promise<RotationSettings> {
  return settingsReader(world, rotationVariables.rotationSecret, readRotationSettings);
}
