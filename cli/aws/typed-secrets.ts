import type { AwsClient } from "../../adapters/aws/client";
import { kebabCase, SECRET_OPTIONAL, SECRET_PLACE, SECRET_SHAPE } from "../../adapters/aws/deployment-name";
import type { DeployedResource, Stack } from "./stack";

/** A secret whose value a person types. */
export interface TypedSecret {
  /** "approval-mail", or a name that the policy's rules use. */
  readonly name: string;
  readonly arn: string;
  readonly use: string;
  /** An example of each member of the secret's JSON object. Absent if the secret may be any text. */
  readonly shape?: Readonly<Record<string, string>>;
  /** True if no function needs the value, because a role signs in. */
  readonly isOptional?: boolean;
}

interface SecretState {
  /** True if the secret has a previous version: the value that AWS generated becomes the previous version when a person sets a value. */
  readonly isFilledIn: boolean;
  readonly changed?: Date;
}

/** Secrets that the app passes in are not included. */
export async function typedSecrets(stack: Stack): Promise<readonly TypedSecret[]> {
  const ofPolicy = Object.entries(JSON.parse(stack.output("PolicySecrets") ?? "{}") as Readonly<Record<string, string>>);
  const all = await stack.resources("AWS::SecretsManager::Secret");
  return all.filter(isTypedIn).map(({ physicalId: arn, logicalId, properties, metadata }) => {
    const [policyName] = ofPolicy.find(([, each]) => each === arn) ?? [];
    const [shape, place] = [metadata[SECRET_SHAPE], metadata[SECRET_PLACE]];
    return {
      name: policyName ?? secretName(stack.outputOf(arn) ?? String(place ?? logicalId)),
      arn,
      use: String(properties.Description),
      ...(metadata[SECRET_OPTIONAL] === "true" && { isOptional: true }),
      ...(typeof shape === "string" && { shape: JSON.parse(shape) as Readonly<Record<string, string>> }),
    };
  });
}

/** True for a secret of this stack whose value a person types: the template does not describe how to generate the value. */
function isTypedIn({ properties }: DeployedResource): boolean {
  return /^Gatehouse\b/.test(String(properties.Description)) && JSON.stringify(properties.GenerateSecretString) === "{}";
}

export function secretName(output: string): string {
  return kebabCase(output.replace(/Secret$/, ""));
}

export async function secretState(client: AwsClient, SecretId: string, signal?: AbortSignal): Promise<SecretState> {
  type Described = { readonly VersionIdsToStages?: Readonly<Record<string, readonly string[]>>; readonly LastChangedDate?: number };
  const { VersionIdsToStages = {}, LastChangedDate } = await client.call<Described>("DescribeSecret", { SecretId }, signal);
  return {
    isFilledIn: Object.values(VersionIdsToStages).flat().includes("AWSPREVIOUS"),
    ...(LastChangedDate !== undefined && { changed: new Date(LastChangedDate * 1_000) }),
  };
}
