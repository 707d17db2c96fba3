import { Stack, Token } from "aws-cdk-lib";
import type { IAlias, IKey } from "aws-cdk-lib/aws-kms";
import type { Construct } from "constructs";
import * as v from "valibot";
import { constructWith, isConstruct } from "../options";
import { SetupError } from "../setup-error";

type GivenKey = string | IKey;

/** True for a key that the stack makes; one that is there, by its construct or ARN; or several, by their regions. */
export type EncryptionKeyOption = boolean | GivenKey | Readonly<Record<string, GivenKey>>;

const key = constructWith<IKey>("keyArn", "a KMS key");
export const encryptionKeyOption = v.union([v.boolean(), v.string(), v.record(v.string(), v.union([v.string(), key])), key]);

/** What becomes of it: no key, one of the stack's own, or one that is handed in, with those of copies of tables. */
export type EncryptionChoice = "none" | "own" | KeysHandedIn;

export interface KeysHandedIn {
  readonly arn: string;
  /** Where the app has more of it than its ARN. */
  readonly construct: IKey | undefined;
  readonly replicas: Readonly<Record<string, string>>;
}

interface Choices {
  readonly encryptionKey?: EncryptionKeyOption;
  readonly replicas?: readonly string[];
}

const KEY_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;
const EXAMPLE = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000";

/** What the options say of encryption. Throws SetupError. */
export function encryptionChoice(scope: Construct, { encryptionKey = false, replicas = [] }: Choices): EncryptionChoice {
  if (encryptionKey === false) return "none";
  const { region } = Stack.of(scope);
  if (Token.isUnresolved(region)) {
    throw new SetupError(
      'encryptionKey needs to know the region of the stack itself: write env: { region: "eu-west-1" } beside it, with the region you deploy to.',
    );
  }
  if (typeof encryptionKey === "object" && !isKey(encryptionKey)) return choiceOfSeveral(encryptionKey, region, replicas);
  if (replicas.length > 0) {
    throw new SetupError(
      `encryptionKey is one key, and replicas has ${replicas.join(", ")}: a copy of a table needs a key of its region. Write encryptionKey: { "eu-west-1": "arn:aws:kms:eu-west-1:…", … }, with the stack's region and each of replicas.`,
    );
  }
  if (encryptionKey === true) return "own";
  return { arn: checkedArn("encryptionKey", encryptionKey, region), construct: constructOf(encryptionKey), replicas: {} };
}

function isKey(option: object): option is IKey {
  return isConstruct(option);
}

function constructOf(given: GivenKey | undefined): IKey | undefined {
  return typeof given === "object" ? given : undefined;
}

function choiceOfSeveral(keys: Readonly<Record<string, GivenKey>>, own: string, replicas: readonly string[]): EncryptionChoice {
  const needed = [own, ...replicas];
  const missing = needed.find((region) => keys[region] === undefined);
  if (missing !== undefined) throw new SetupError(`encryptionKey has no key for ${missing}: write the ARN of one in that region.`);
  const other = Object.keys(keys).find((region) => !needed.includes(region));
  if (other !== undefined)
    throw new SetupError(`encryptionKey has a key for ${other}, where neither the stack nor a copy of its tables is: remove it.`);
  const checked = Object.fromEntries(needed.map((region) => [region, checkedArn(`encryptionKey["${region}"]`, keys[region], region)]));
  const { [own]: arn = "", ...others } = checked;
  return { arn, construct: constructOf(keys[own]), replicas: others };
}

/** A key of the app's own has no ARN before it is deployed. */
function checkedArn(option: string, key: GivenKey | undefined, region: string): string {
  if (typeof key === "object" && "aliasName" in (key as Partial<IAlias>))
    throw new SetupError(`${option} is an alias: hand in the key itself.`);
  const given = typeof key === "object" ? key.keyArn : key;
  const found = typeof key === "object" ? key.env.region : KEY_ARN.exec(`${given}`)?.[1];
  if (Token.isUnresolved(typeof key === "object" ? found : given)) return given as string;
  if (found === undefined) {
    throw new SetupError(
      `${option} is ${JSON.stringify(given)}; it must be true, or the ARN of a KMS key (not of an alias), such as "${EXAMPLE}".`,
    );
  }
  if (found !== region) {
    throw new SetupError(`${option} is a key of ${found}, and what it is to encrypt is in ${region}: write a key of ${region}.`);
  }
  return given as string;
}
