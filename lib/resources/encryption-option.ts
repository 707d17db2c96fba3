import { Stack, Token } from "aws-cdk-lib";
import type { IKey } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";
import * as v from "valibot";
import { SetupError } from "../errors";
import { constructWith } from "../options";

/** True: a key that the stack makes. False: AWS's own keys. Otherwise an existing key, as a construct or an ARN, or keys by region. */
export type EncryptionKeyOption = boolean | string | IKey | Readonly<Record<string, string | IKey>>;

const key = constructWith<IKey>("keyArn", "a KMS key");
export const encryptionKeyOption = v.union([v.boolean(), v.string(), v.record(v.string(), v.union([v.string(), key])), key]);

/** "none": AWS's own keys. "own": a key that the stack makes. Otherwise, the app's key and the keys of the replicas. */
export type EncryptionChoice = "none" | "own" | KeysHandedIn;

export interface KeysHandedIn {
  readonly arn: string;
  /** Undefined if the app gives an ARN. */
  readonly construct: IKey | undefined;
  readonly replicas: Readonly<Record<string, string>>;
}

interface Choices {
  readonly encryptionKey?: EncryptionKeyOption;
  readonly replicas?: readonly string[];
}

const KEY_ARN = /^arn:aws[a-z-]*:kms:([a-z0-9-]+):\d{12}:key\/[A-Za-z0-9-]+$/;
const EXAMPLE = "arn:aws:kms:eu-west-1:111111111111:key/00000000-0000-0000-0000-000000000000";

/** Throws SetupError. */
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
  return { ...checkKey("encryptionKey", encryptionKey, region), replicas: {} };
}

function isKey(option: object): option is IKey {
  return Construct.isConstruct(option);
}

function choiceOfSeveral(keys: Readonly<Record<string, string | IKey>>, ownRegion: string, replicas: readonly string[]): EncryptionChoice {
  const neededRegions = [ownRegion, ...replicas];
  const missing = neededRegions.find((region) => keys[region] === undefined);
  if (missing !== undefined) throw new SetupError(`encryptionKey has no key for ${missing}: write the ARN of one in that region.`);
  const other = Object.keys(keys).find((region) => !neededRegions.includes(region));
  if (other !== undefined)
    throw new SetupError(`encryptionKey has a key for ${other}, where neither the stack nor a copy of its tables is: remove it.`);
  const keyIn = (region: string) => checkKey(`encryptionKey["${region}"]`, keys[region] ?? "", region);
  return { ...keyIn(ownRegion), replicas: Object.fromEntries(replicas.map((region) => [region, keyIn(region).arn])) };
}

function checkKey(option: string, givenKey: string | IKey, region: string): Pick<KeysHandedIn, "arn" | "construct"> {
  const construct = typeof givenKey === "object" ? givenKey : undefined;
  if (construct !== undefined && "aliasName" in construct) throw new SetupError(`${option} is an alias: hand in the key itself.`);
  const { arn, found } =
    typeof givenKey === "object"
      ? { arn: givenKey.keyArn, found: givenKey.env.region }
      : // The ARN of a key that the app makes is unresolved.
        { arn: givenKey, found: Token.isUnresolved(givenKey) ? givenKey : KEY_ARN.exec(givenKey)?.[1] };
  if (found === undefined) {
    throw new SetupError(
      `${option} is ${JSON.stringify(arn)}; it must be true, or the ARN of a KMS key (not of an alias), such as "${EXAMPLE}".`,
    );
  }
  if (!Token.isUnresolved(found) && found !== region) {
    throw new SetupError(
      `${option} is a key of ${found}, but the resources that it should encrypt are in ${region}: write a key of ${region}.`,
    );
  }
  return { arn, construct };
}
