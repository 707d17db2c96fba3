import { awsConnection } from "../../adapters/aws/client";
import { awsPartitions, STANDARD } from "../../adapters/aws/endpoint";
import { buildForm, findElement, formHeaders, toAwsError } from "../../adapters/aws/query-protocol";
import { proxyAgent } from "../proxy";
import type { AwsAccess } from "./account";

const VERSION = "2010-05-08";
const VARIABLE = "AWS_ENDPOINT_URL_IAM";

/** IAM's host and signing region by partition. A partition has one IAM for all its regions. */
const homes: Readonly<Record<string, { readonly region: string; readonly host: string }>> = {
  aws: { region: "us-east-1", host: "iam.amazonaws.com" },
  "aws-cn": { region: "cn-north-1", host: "iam.cn-north-1.amazonaws.com.cn" },
  "aws-eusc": { region: "eusc-de-east-1", host: "iam.eusc-de-east-1.amazonaws.eu" },
  "aws-us-gov": { region: "us-gov-west-1", host: "iam.us-gov.amazonaws.com" },
};

/** Undefined while outbound federation is off. Needs iam:GetOutboundWebIdentityFederationInfo. Throws AwsError and network errors. */
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
  const form = buildForm(VERSION, { Action: "GetOutboundWebIdentityFederationInfo" });
  const { status, text } = await iam.post("/", formHeaders, form, signal);
  if (status === 200) return findElement(text, "JwtVendingEnabled") === "true" ? findElement(text, "IssuerIdentifier") : undefined;
  const error = toAwsError(status, text);
  if (error.name.startsWith("FeatureDisabled")) return undefined;
  throw error;
}
