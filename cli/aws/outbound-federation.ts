import { AwsError, awsConnection } from "../../adapters/aws/client";
import { awsPartitions, STANDARD } from "../../adapters/aws/endpoint";
import { proxyAgent } from "../proxy";
import type { AwsAccess } from "./account";

const VERSION = "2010-05-08";
const VARIABLE = "AWS_ENDPOINT_URL_IAM";

/** The host of IAM and the region in its signatures, by partition: a partition has one IAM for all its regions. */
const homes: Readonly<Record<string, { readonly region: string; readonly host: string }>> = {
  aws: { region: "us-east-1", host: "iam.amazonaws.com" },
  "aws-cn": { region: "cn-north-1", host: "iam.cn-north-1.amazonaws.com.cn" },
  "aws-eusc": { region: "eusc-de-east-1", host: "iam.eusc-de-east-1.amazonaws.eu" },
  "aws-us-gov": { region: "us-gov-west-1", host: "iam.us-gov.amazonaws.com" },
};

/**
 * Returns the issuer of the tokens that AWS signs for roles of the account. Undefined while outbound federation is off in the account.
 * Needs the permission iam:GetOutboundWebIdentityFederationInfo. Throws AwsError, and errors of the network.
 */
export async function tokenIssuer({ region, sdk }: Pick<AwsAccess, "region" | "sdk">, signal?: AbortSignal): Promise<string | undefined> {
  const { id } = awsPartitions.find(({ regions }) => regions.test(region)) ?? STANDARD;
  const home = homes[id] ?? { region, host: `iam.${region}.amazonaws.com` };
  const iam = awsConnection(
    { name: "iam", endpointVariable: VARIABLE },
    {
      region: home.region,
      credentials: sdk.credentials,
      endpoint: process.env[VARIABLE] ?? process.env.AWS_ENDPOINT_URL ?? `https://${home.host}`,
      agent: proxyAgent(),
      attemptTimeoutMs: 5_000,
    },
  );
  const form = new URLSearchParams({ Action: "GetOutboundWebIdentityFederationInfo", Version: VERSION });
  const type = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
  const { status, text } = await iam.post("/", type, form.toString(), signal);
  if (status === 200) return findElement(text, "JwtVendingEnabled") === "true" ? findElement(text, "IssuerIdentifier") : undefined;
  const code = findElement(text, "Code") ?? `Http${status}`;
  if (code.startsWith("FeatureDisabled")) return undefined;
  throw new AwsError(code, findElement(text, "Message") ?? "", status, {});
}

/** Returns the text of an XML element. Its value must need no unescaping. */
function findElement(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
