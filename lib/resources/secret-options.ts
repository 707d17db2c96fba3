import { Stack, Token } from "aws-cdk-lib";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Construct } from "constructs";
import * as v from "valibot";
import { SetupError } from "../errors";
import type { GatehouseScope, SecretDefaults } from "../gatehouse-scope";
import { constructWith } from "../options";

/** Existing secrets, as constructs or ARNs, by their place in the Gatehouse, such as "Credentials/Secret". */
export type SecretsOption = Readonly<Record<string, string | ISecret>>;

export const secretsOption = v.record(v.string(), v.union([v.string(), constructWith<ISecret>("secretArn", "a secret")]));

/** Advice for missing or wrong tables and secrets. */
export const HOW_TO_HAND_IN =
  "npm run gate -- backup standby --region FIRST --to SECOND prints tables and secrets as settings.ts takes them.";

const SECRET_ARN = /^arn:[a-z-]+:secretsmanager:([a-z0-9-]+):\d{12}:secret:[^:]+-[A-Za-z0-9]{6}$/;

/** Reads a Gatehouse's options about secrets. Throws SetupError. */
export function secretDefaults(
  scope: Construct,
  { secrets: handedIn = {}, replicas = [] }: { readonly secrets?: SecretsOption; readonly replicas?: readonly string[] },
): SecretDefaults {
  const ownRegion = Stack.of(scope).region;
  for (const [place, given] of Object.entries(handedIn)) {
    // The ARN of a secret of the same app is not known while the template is written.
    if (Token.isUnresolved(given)) continue;
    const region = typeof given === "string" ? SECRET_ARN.exec(given)?.[1] : given.env.region;
    if (region === undefined) {
      throw new SetupError(`secrets["${place}"] is ${JSON.stringify(given)}; it must be a secret's whole ARN. ${HOW_TO_HAND_IN}`);
    }
    if (!Token.isUnresolved(ownRegion) && !Token.isUnresolved(region) && region !== ownRegion) {
      throw new SetupError(
        `secrets["${place}"] is in the region ${region}, but the stack is in ${ownRegion}: hand in its copy there. ${HOW_TO_HAND_IN}`,
      );
    }
  }
  return { handedIn, replicas, places: new Set() };
}

/** Returns the Gatehouse of a secret, and the secret's place in it: the key in the option `secrets`. */
export function secretPlace(scope: Construct, id: string): { readonly place: string; readonly gatehouse: GatehouseScope } {
  const at = scope.node.scopes.findIndex((each) => "secretDefaults" in each);
  if (at < 0) throw new Error(`The secret ${id} is in no Gatehouse.`);
  const below = scope.node.scopes.slice(at + 1).map(({ node }) => node.id);
  return { place: [...below, id].join("/"), gatehouse: scope.node.scopes[at] as GatehouseScope };
}

/** Returns an error sentence for each place in the option `secrets` at which the Gatehouse has no secret. */
export function unknownPlaces({ handedIn, places }: SecretDefaults): readonly string[] {
  return Object.keys(handedIn)
    .filter((place) => !places.has(place))
    .map((place) => `secrets["${place}"] is no secret of this Gatehouse: take it out, or write one of ${[...places].sort().join(", ")}.`);
}
