import { randomInt, randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { secretsManager } from "../../adapters/aws/client";
import type { UserPassword } from "../../adapters/aws/credentials";
import { SECRET_SHAPE } from "../../adapters/aws/deployment-name";
import { writePrivately } from "../data/private-file";
import type { LocalServer } from "./server";
import { RefusedError, type SignedAccess, serveStandIn } from "./signed-server";
import type { Template } from "./template";

const CURRENT = "AWSCURRENT";
const PREVIOUS = "AWSPREVIOUS";

interface Version {
  readonly SecretString: string;
  /** Epoch seconds. */
  readonly CreatedDate: number;
  stages: string[];
}

interface Secret {
  readonly ARN: string;
  readonly Name: string;
  readonly Description?: string;
  readonly versions: Record<string, Version>;
}

/** Stand-in for AWS Secrets Manager, in one file. */
export class SecretStore {
  private readonly secrets: Record<string, Secret>;

  constructor(private readonly file: string) {
    this.secrets = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};
  }

  /** Creates the template's secrets that do not exist yet. */
  provide(template: Template): void {
    for (const resource of template.ofType("AWS::SecretsManager::Secret")) {
      const arn = template.ref(resource.id);
      if (this.secrets[arn] !== undefined) continue;
      const shape = resource.metadata(SECRET_SHAPE) as string | undefined;
      const text = shape ?? resource.property<string>("SecretString");
      const generateOptions = resource.property<GenerateSecretString>("GenerateSecretString");
      const description = resource.property<string>("Description");
      this.secrets[arn] = {
        ARN: arn,
        Name: nameIn(arn),
        Description: description,
        versions: { [randomUUID()]: createVersion(text ?? generateSecretString(generateOptions ?? {}), [CURRENT]) },
      };
    }
    this.save();
  }

  current(id: string): string {
    return this.getSecretValue({ SecretId: id }).SecretString;
  }

  getSecretValue({ SecretId, VersionStage: stage = CURRENT }: { SecretId?: string; VersionStage?: string }) {
    const secret = this.find(SecretId);
    const [id, version] = Object.entries(secret.versions).find(([, { stages }]) => stages.includes(stage)) ?? [];
    if (id === undefined || version === undefined) {
      const message = `Secrets Manager can't find the specified secret value for staging label: ${stage}`;
      throw new RefusedError("ResourceNotFoundException", message);
    }
    const { SecretString, CreatedDate, stages } = version;
    return { ARN: secret.ARN, Name: secret.Name, VersionId: id, SecretString, VersionStages: stages, CreatedDate };
  }

  putSecretValue(input: { SecretId?: string; SecretString?: string; ClientRequestToken?: string }) {
    const { SecretId, SecretString, ClientRequestToken: id = randomUUID() } = input;
    const secret = this.find(SecretId);
    if (SecretString === undefined) throw new RefusedError("InvalidParameterException", "You must provide SecretString.");
    const existing = secret.versions[id];
    if (existing !== undefined && existing.SecretString !== SecretString) {
      throw new RefusedError("ResourceExistsException", "A version with this ClientRequestToken exists and holds something else.");
    }
    if (existing === undefined) {
      for (const version of Object.values(secret.versions)) version.stages = version.stages.includes(CURRENT) ? [PREVIOUS] : [];
      secret.versions[id] = createVersion(SecretString, [CURRENT]);
      this.save();
    }
    return { ARN: secret.ARN, Name: secret.Name, VersionId: id, VersionStages: secret.versions[id]?.stages };
  }

  /** Takes AWSPREVIOUS from a version, which is then no longer valid. Gatehouse makes no other change of stages. */
  updateSecretVersionStage(input: { SecretId?: string; VersionStage?: string; RemoveFromVersionId?: string }) {
    const secret = this.find(input.SecretId);
    const version = secret.versions[input.RemoveFromVersionId ?? ""];
    if (input.VersionStage !== PREVIOUS || !version?.stages.includes(PREVIOUS)) {
      throw new RefusedError("InvalidParameterException", `RemoveFromVersionId has to name the version that has ${PREVIOUS}.`);
    }
    version.stages = [];
    this.save();
    return { ARN: secret.ARN, Name: secret.Name };
  }

  describeSecret({ SecretId }: { SecretId?: string }) {
    const { ARN, Name, Description, versions } = this.find(SecretId);
    const labelledVersions = Object.entries(versions).filter(([, { stages }]) => stages.length > 0);
    return {
      ARN,
      Name,
      Description,
      LastChangedDate: Math.max(...Object.values(versions).map(({ CreatedDate }) => CreatedDate)),
      VersionIdsToStages: Object.fromEntries(labelledVersions.map(([id, { stages }]) => [id, stages])),
    };
  }

  private find(id: string | undefined): Secret {
    const foundSecret = Object.values(this.secrets).find(({ ARN, Name }) => id === ARN || id === Name);
    if (foundSecret === undefined) throw new RefusedError("ResourceNotFoundException", "Secrets Manager can't find the specified secret.");
    return foundSecret;
  }

  private save(): void {
    writePrivately(this.file, JSON.stringify(this.secrets, null, 2));
  }
}

/** An ARN ends with the secret's name, a hyphen and six characters. */
function nameIn(arn: string): string {
  return arn
    .split(":")
    .slice(6)
    .join(":")
    .replace(/-[^-]+$/, "");
}

function createVersion(SecretString: string, stages: string[]): Version {
  return { SecretString, CreatedDate: Date.now() / 1_000, stages };
}

export function serveSecrets(store: SecretStore, access: SignedAccess): Promise<LocalServer> {
  return serveStandIn(secretsManager, access, {
    GetSecretValue: (input) => store.getSecretValue(input),
    PutSecretValue: (input) => store.putSecretValue(input),
    UpdateSecretVersionStage: (input) => store.updateSecretVersionStage(input),
    DescribeSecret: (input) => store.describeSecret(input),
  });
}

/** Stores `wantedCredentials` in the secret if they differ from the secret's credentials. Returns the secret's credentials. */
export function provideCredentials(store: SecretStore, secretId: string, wantedCredentials: Partial<UserPassword>): UserPassword {
  const existing = JSON.parse(store.current(secretId)) as UserPassword;
  const credentials = { ...existing, ...wantedCredentials };
  if (credentials.username !== existing.username || credentials.password !== existing.password) {
    store.putSecretValue({ SecretId: secretId, SecretString: JSON.stringify(credentials) });
  }
  return credentials;
}

interface GenerateSecretString {
  readonly ExcludePunctuation?: boolean;
  readonly GenerateStringKey?: string;
  readonly PasswordLength?: number;
  readonly SecretStringTemplate?: string;
}

const DEFAULT_LENGTH = 32;

function generateSecretString(options: GenerateSecretString): string {
  const password = randomPassword(options);
  if (options.GenerateStringKey === undefined) return password;
  return JSON.stringify({ ...JSON.parse(options.SecretStringTemplate ?? "{}"), [options.GenerateStringKey]: password });
}

function randomPassword({ ExcludePunctuation, PasswordLength: length = DEFAULT_LENGTH }: GenerateSecretString): string {
  const punctuation = ExcludePunctuation ? [] : ["!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"];
  const kinds = ["abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "0123456789", ...punctuation];
  const all = kinds.join("");
  // A password that lacks a kind of character is discarded, and a new one is generated. So every position is equally random.
  for (;;) {
    const password = Array.from({ length }, () => all.charAt(randomInt(all.length))).join("");
    if (kinds.every((kind) => [...password].some((character) => kind.includes(character)))) return password;
  }
}
