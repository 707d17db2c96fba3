import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { certificatesIn, type TrustStore } from "../../lib/sign-up/trust-store";
import { explainedAt, s3Client } from "../s3-client";
import { type Fault, inStack, nothingWrong } from "./check";
import { apiGateway } from "./log-role-check";

interface DomainName {
  readonly mutualTlsAuthentication?: {
    readonly truststoreUri?: string;
    readonly truststoreVersion?: string;
    /** Of certificates that API Gateway cannot use. */
    readonly truststoreWarnings?: readonly string[];
  };
}

const DAY_MS = 86_400_000;
/** Time enough to have another certificate made, and to give it to Entra. */
const SOON_DAYS = 30;

/** Whether the certificates that API Gateway goes by are the newest, and last. Where they end, every sign-up stops. */
export const trustStoreCheck = inStack("trust-store", async ({ account }, { app, settings, options }, signal) => {
  const { domainName, trustStore } = settings.customDomain ?? {};
  if (trustStore === undefined) return { skipped: "callers show no client certificate" };
  const { mutualTlsAuthentication: deployed = {} } = await account.get<DomainName>(apiGateway, `/domainnames/${domainName}`, signal);
  const { truststoreUri = "", truststoreVersion, truststoreWarnings = [] } = deployed;
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(truststoreUri) ?? [];
  if (Bucket === undefined || Key === undefined) {
    return [{ id: "trust-store.off", what: `${domainName} asks for no client certificate.`, mend: "Run npx cdk deploy." }];
  }
  const newest = await s3Client({ ...options, region: account.region })
    .send(new GetObjectCommand({ Bucket, Key }), { abortSignal: signal })
    .catch((error: unknown) => {
      throw explainedAt(truststoreUri, Bucket, "s3:GetObject", error);
    });
  const pem = (await newest.Body?.transformToString()) ?? "";
  return [
    ...truststoreWarnings.map((warning) => ({
      id: "trust-store.unusable",
      what: `API Gateway cannot use a certificate of ${truststoreUri}: ${warning}`,
      mend: "Take that certificate out of the trust store, or replace it: docs/settings.md.",
    })),
    ...behindFaults(trustStore, { app, pem, newest: newest.VersionId, deployed: truststoreVersion }),
    ...endFaults(pem),
  ];
});

function behindFaults(
  trustStore: TrustStore,
  { app, pem, newest, deployed }: { readonly app: string; readonly pem: string; readonly newest?: string; readonly deployed?: string },
): readonly Fault[] {
  const isNewest = "file" in trustStore ? readFileSync(resolve(app, trustStore.file), "utf8") === pem : newest === deployed;
  if (isNewest) return nothingWrong;
  const what = "API Gateway goes by an older trust store than there is: it refuses certificates that were added since.";
  const write =
    "file" in trustStore ? "Run" : `Write version: ${JSON.stringify(newest)} in customDomain.trustStore of settings.ts, and run`;
  return [{ id: "trust-store.behind", what, mend: `${write} npx cdk deploy.` }];
}

/** The one that lasts longest: a renewal leaves the one before it in the trust store. */
function endFaults(pem: string): readonly Fault[] {
  const ends = Math.max(...certificatesIn(pem).map(({ validTo }) => Date.parse(validTo)));
  const days = Math.floor((ends - Date.now()) / DAY_MS);
  if (days >= SOON_DAYS) return nothingWrong;
  const mend = "Add the next certificate, deploy, and give it to Entra: npx --no-install entra-gatehouse entra rotate --certificate FILE.";
  return [
    { id: "trust-store.ends", what: `The last certificate of the trust store ends in ${days} days: every sign-up stops then.`, mend },
  ];
}
