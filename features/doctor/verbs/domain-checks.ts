import dns from "node:dns";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { CertificateDetail } from "@aws-sdk/client-acm";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { countDaysLeft } from "../../../adapters/graph/certificates";
import type { Account } from "../../../cli/aws/account";
import { explainedAt, s3Client } from "../../../cli/aws/s3-client";
import type { Fault } from "../../../cli/failure";
import { nothingWrong, skipProbe } from "../../../cli/probe";
import type { GatehouseSettings } from "../../../lib/gatehouse-stack";
import { certificatesIn, type TrustStore } from "../../../lib/sign-up/trust-store";
import { inAccount, inStack, joinFaults } from "./check";

/**
 * A certificate with fewer days left is a fault. ACM renews its own certificates 60 days before they end. A new trust store takes only days
 * to create and give to Entra.
 */
const SOON_DAYS = 30;

interface OwnDomain {
  readonly certificateArn: string;
  readonly domainName: string;
  readonly option: "customDomain" | "console";
  /** The stack's output that contains the name to which the domain must point. */
  readonly target: string;
}

function ownDomains(settings: GatehouseSettings): readonly OwnDomain[] {
  const targets = { customDomain: "DomainTarget", console: "ConsoleDomainTarget" } as const;
  return (["customDomain", "console"] as const).flatMap((option) => {
    const { domainName, certificateArn } = settings[option] ?? {};
    return domainName === undefined || certificateArn === undefined
      ? []
      : [{ domainName, certificateArn, option, target: targets[option] }];
  });
}

export const certificateCheck = inAccount("certificate", async (account, { settings }, signal) => {
  const domains = ownDomains(settings);
  if (domains.length === 0) skipProbe("there is no custom domain");
  return await joinFaults(domains.map((domain) => domainCertificateFaults(account, domain, signal)));
});

async function domainCertificateFaults(
  account: Account,
  { certificateArn: CertificateArn, domainName, option }: OwnDomain,
  abortSignal: AbortSignal,
): Promise<readonly Fault[]> {
  const { ACMClient, DescribeCertificateCommand } = await import("@aws-sdk/client-acm");
  const region = CertificateArn.split(":")[3] ?? "";
  if (region !== account.region) {
    const fix = `Make one in ${account.region}, and name it as ${option}.certificateArn.`;
    return [{ id: "certificate.region", what: `The certificate is in ${region}, the stack in ${account.region}.`, fix }];
  }
  const { Certificate = {} } = await new ACMClient(account.sdk).send(new DescribeCertificateCommand({ CertificateArn }), { abortSignal });
  return certificateFaults(Certificate, domainName, option);
}

function certificateFaults(
  { Status, SubjectAlternativeNames = [], NotAfter }: CertificateDetail,
  domain: string,
  option: OwnDomain["option"],
): readonly Fault[] {
  if (Status !== "ISSUED") {
    const fix =
      Status === "PENDING_VALIDATION"
        ? "Create the CNAME record that the ACM console shows; it is issued within minutes of that."
        : `Request another in ACM, and name it as ${option}.certificateArn.`;
    return [{ id: "certificate.not-issued", what: `The certificate of ${domain} is ${Status}, not ISSUED.`, fix }];
  }
  // A wildcard stands for one label.
  if (
    !SubjectAlternativeNames.some(
      (name) => isSameName(name, domain) || (name.startsWith("*.") && isSameName(domain.split(".").slice(1).join("."), name.slice(2))),
    )
  ) {
    const fix = `Request one for ${domain} in ACM, and name it as ${option}.certificateArn.`;
    return [
      { id: "certificate.other-name", what: `The certificate is for ${SubjectAlternativeNames.join(", ")}, not for ${domain}.`, fix },
    ];
  }
  const days = NotAfter === undefined ? SOON_DAYS : countDaysLeft(NotAfter, new Date(Date.now()));
  if (days >= SOON_DAYS) return nothingWrong;
  const fix = "Keep the CNAME record that ACM validates by, so that ACM renews it; import a new one if it is imported.";
  return [{ id: "certificate.expires", what: `The certificate of ${domain} ends in ${days} days, and has not been renewed.`, fix }];
}

/** Names ignore case (RFC 4343), and may end with the root's dot. */
function isSameName(one: string, other: string): boolean {
  const plain = (name: string) => name.toLowerCase().replace(/\.$/, "");
  return plain(one) === plain(other);
}

export const dnsCheck = inStack("dns", async (stack, { settings }) => {
  const faultLists = ownDomains(settings).flatMap(({ domainName, target }) => {
    const targetName = stack.output(target);
    return targetName === undefined ? [] : [recordFaults(domainName, targetName)];
  });
  if (faultLists.length === 0) skipProbe("there is no custom domain");
  return await joinFaults(faultLists);
});

/** Limit of CNAME records that are followed. RFC 1034 sets no limit, but resolvers give up at about this number. */
const LONGEST_CHAIN = 8;

async function recordFaults(domainName: string, target: string): Promise<readonly Fault[]> {
  const fix = `Create the record: ${domainName} CNAME ${target}`;
  const chain = await aliasChain(domainName, target);
  const last = chain.at(-1);
  if (last !== undefined && isSameName(last, target)) return nothingWrong;
  if (last !== undefined) return [{ id: "dns.elsewhere", what: `${domainName} points at ${chain.join(", and that at ")}.`, fix }];
  // If the domain has an alias record instead of a CNAME, DNS shows only addresses. So any address is accepted.
  const addresses = await dns.promises.resolve4(domainName).catch(noRecord);
  return addresses.length > 0 ? nothingWrong : [{ id: "dns.missing", what: `${domainName} points nowhere.`, fix }];
}

async function aliasChain(domainName: string, target: string): Promise<readonly string[]> {
  const chain: string[] = [];
  for (let name = domainName; chain.length < LONGEST_CHAIN; name = chain.at(-1) as string) {
    const [next] = await dns.promises.resolveCname(name).catch(noRecord);
    if (next === undefined) break;
    chain.push(next);
    if (isSameName(next, target)) break;
  }
  return chain;
}

function noRecord(error: NodeJS.ErrnoException): readonly string[] {
  if (error.code === "ENODATA" || error.code === "ENOTFOUND") return [];
  throw error;
}

/** Checks that API Gateway uses the newest certificates, and when they end. Once they have ended, every sign-up stops. */
export const trustStoreCheck = inStack("trust-store", async ({ account }, { app, settings, options }, abortSignal) => {
  const { domainName, trustStore } = settings.customDomain ?? {};
  if (trustStore === undefined) skipProbe("callers show no client certificate");
  const { APIGatewayClient, GetDomainNameCommand } = await import("@aws-sdk/client-api-gateway");
  const client = new APIGatewayClient(account.sdk);
  const { mutualTlsAuthentication: deployedSettings = {} } = await client.send(new GetDomainNameCommand({ domainName }), { abortSignal });
  const { truststoreUri = "", truststoreVersion, truststoreWarnings = [] } = deployedSettings;
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(truststoreUri) ?? [];
  if (Bucket === undefined || Key === undefined) {
    return [{ id: "trust-store.off", what: `${domainName} asks for no client certificate.`, fix: "Run npx cdk deploy." }];
  }
  const newest = await s3Client({ ...options, region: account.region })
    .send(new GetObjectCommand({ Bucket, Key }), { abortSignal })
    .catch((error: unknown) => {
      throw explainedAt(truststoreUri, Bucket, "s3:GetObject", error);
    });
  const pem = (await newest.Body?.transformToString()) ?? "";
  return [
    ...truststoreWarnings.map((warning) => ({
      id: "trust-store.unusable",
      what: `API Gateway cannot use a certificate of ${truststoreUri}: ${warning}`,
      fix: "Take that certificate out of the trust store, or replace it: docs/settings.md.",
    })),
    ...findLagFaults(trustStore, { app, pem, newest: newest.VersionId, deployed: truststoreVersion }),
    ...endFaults(pem),
  ];
});

function findLagFaults(
  trustStore: TrustStore,
  { app, pem, newest, deployed }: { readonly app: string; readonly pem: string; readonly newest?: string; readonly deployed?: string },
): readonly Fault[] {
  const isNewest = "file" in trustStore ? readFileSync(resolve(app, trustStore.file), "utf8") === pem : newest === deployed;
  if (isNewest) return nothingWrong;
  const what = "API Gateway uses an older version of the trust store: it refuses certificates that were added since.";
  const write =
    "file" in trustStore ? "Run" : `Write version: ${JSON.stringify(newest)} in customDomain.trustStore of settings.ts, and run`;
  return [{ id: "trust-store.behind", what, fix: `${write} npx cdk deploy.` }];
}

/** Judges the certificate that ends last, because after a renewal, the trust store still contains the previous one. */
function endFaults(pem: string): readonly Fault[] {
  const days = Math.max(...certificatesIn(pem).map(({ validTo }) => countDaysLeft(new Date(validTo), new Date(Date.now()))));
  if (days >= SOON_DAYS) return nothingWrong;
  const fix = "Add the next certificate, deploy, and give it to Entra: npm run gate -- entra rotate --certificate FILE.";
  return [{ id: "trust-store.ends", what: `The last certificate of the trust store ends in ${days} days: every sign-up stops then.`, fix }];
}
