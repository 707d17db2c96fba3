import type { UserPassword } from "../../adapters/aws/credentials";
import type { SecretStore } from "./secrets";

/** Credentials of the API as the secret holds them, after what the environment asks for has been put there. */
export function provideCredentials(store: SecretStore, secretId: string, wanted: Partial<UserPassword>): UserPassword {
  const standing = JSON.parse(store.current(secretId)) as UserPassword;
  const credentials = { ...standing, ...wanted };
  if (credentials.username !== standing.username || credentials.password !== standing.password) {
    store.putSecretValue({ SecretId: secretId, SecretString: JSON.stringify(credentials) });
  }
  return credentials;
}
