import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findFlowlessUrls, readApprovalSettings } from "../../../adapters/aws/approval-settings";
import { parseStackName } from "../../../adapters/aws/deployment-name";
import { findPartition } from "../../../adapters/aws/endpoint";
import { type AwsAccess, UnknownProfileError, UnknownRegionError } from "../../../cli/aws/account";
import { explainError, type Fault, isSdkRefusal } from "../../../cli/failure";
import { policyFolders } from "../../../cli/policy-folders";
import { FaultError, nothingWrong, probe, skipProbe } from "../../../cli/probe";
import { findSenderAddress } from "../../../engine/mail/sender";
import { DeadlineError } from "../../../engine/sign-up/time";
import { policyPath } from "../../../lib/policy-folder/policy-files";
import { listWorkers, loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { type DoctorCheck, type DoctorContext, inAccount, inStack, readTypedSettings } from "./check";

/** The bootstrap version that the stack's template and `cdk deploy` need. */
const LEAST_BOOTSTRAP = 6;
const DEFAULT_QUALIFIER = "hnb659fds";
/** A new account's concurrency is 10, too low for Entra's first burst of sign-ups. Below 50, another application can use it up. */
const LEAST_CONCURRENCY = 50;
/** The part of the account's concurrency that functions cannot reserve. */
const LEFT_TO_OTHERS = 100;

export const awsCheck: DoctorCheck = {
  name: "aws",
  run: ({ account }) =>
    probe("aws", async () => {
      await account().catch((error: unknown) => {
        throw new FaultError(accessFault(error));
      });
      return nothingWrong;
    }),
};

function accessFault(error: unknown): Fault {
  const fix = explainError(error);
  if (error instanceof UnknownProfileError)
    return { id: "aws.profile", what: fix, fix: "Name one of them with --profile, or set AWS_PROFILE." };
  if (error instanceof Error && error.message === "Region is missing")
    return { id: "aws.region", what: "No AWS region is set.", fix: "Use --region, the variable AWS_REGION or the profile." };
  if (error instanceof UnknownRegionError) return { id: "aws.region", what: error.message, fix: "See --region and AWS_REGION." };
  if (isSdkRefusal(error) || (error instanceof Error && error.name === "CredentialsProviderError")) {
    return { id: "aws.credentials", what: "There are no working AWS credentials.", fix };
  }
  const isLate = error instanceof DeadlineError;
  return { id: "aws.unreachable", what: "AWS cannot be reached.", fix: isLate ? "Check the network, the proxy and --region." : fix };
}

export const bootstrapCheck = inAccount("bootstrap", async (account, { app }, abortSignal) => {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const Name = `/cdk-bootstrap/${readQualifier(app)}/version`;
  const fix = `Run npx cdk bootstrap aws://${account.id}/${account.region}.`;
  try {
    const { Parameter } = await new SSMClient(account.sdk).send(new GetParameterCommand({ Name }), { abortSignal });
    const version = Parameter?.Value ?? "";
    if (Number(version) >= LEAST_BOOTSTRAP) return nothingWrong;
    return [
      {
        id: "bootstrap.too-old",
        what: `The CDK's bootstrap stack in ${account.region} is of version ${version}; ${LEAST_BOOTSTRAP} is needed.`,
        fix,
      },
    ];
  } catch (error) {
    if ((error as Error).name !== "ParameterNotFound") throw error;
    return [{ id: "bootstrap.missing", what: `The CDK has not been bootstrapped in ${account.region}.`, fix }];
  }
});

function readQualifier(app: string): string {
  const file = join(app, "cdk.json");
  if (!existsSync(file)) return DEFAULT_QUALIFIER;
  const { context = {} } = JSON.parse(readFileSync(file, "utf8")) as { context?: Readonly<Record<string, string>> };
  return context["@aws-cdk/core:bootstrapQualifier"] ?? DEFAULT_QUALIFIER;
}

export const concurrencyCheck = inAccount("concurrency", async (account, context, abortSignal) => {
  const { GetAccountSettingsCommand, LambdaClient } = await import("@aws-sdk/client-lambda");
  const { AccountLimit = {} } = await new LambdaClient(account.sdk).send(new GetAccountSettingsCommand(), { abortSignal });
  const { ConcurrentExecutions: count = 0, UnreservedConcurrentExecutions: free = count } = AccountLimit;
  const neededInstances = countInstances(context);
  const wantedLimit = Math.max(1_000, neededInstances + LEFT_TO_OTHERS);
  const fix = `Ask for more: aws service-quotas request-service-quota-increase --region ${account.region} --service-code lambda --quota-code L-B99A9384 --desired-value ${wantedLimit}`;
  const what = `Lambda runs ${count} functions of this account at once in ${account.region}`;
  if (count < LEAST_CONCURRENCY) return [{ id: "concurrency.low", what: `${what}: a burst of sign-ups is refused.`, fix }];
  const stack = await context.stack().catch(() => undefined);
  const functions = (await stack?.resources("AWS::Lambda::Function")) ?? [];
  const reservedInstances = functions.reduce((sum, { properties }) => sum + Number(properties.ReservedConcurrentExecutions ?? 0), 0);
  const room = free + reservedInstances - LEFT_TO_OTHERS;
  if (neededInstances <= room) return nothingWrong;
  return [
    {
      id: "concurrency.reserved",
      what: `${what}, of which this stack can have ${Math.max(0, room)}, and settings.ts asks for ${neededInstances}: the deployment fails.`,
      fix: `${fix}; or lower reservedConcurrency or provisionedConcurrency.`,
    },
  ];
});

/** Each step of each gate and dialect has a function, and each gate has an authorizer. */
function countInstances({ app, settings }: DoctorContext): number {
  const { reservedConcurrency, provisionedConcurrency, externalTenant } = settings;
  const each = reservedConcurrency ?? provisionedConcurrency;
  if (each === undefined) return 0;
  const functions = [...policyFolders(settings).values()].map((folder) => {
    const steps = loadPolicyFolder(policyPath(folder, app)).length;
    return steps * (externalTenant === undefined ? 1 : 2) + 1;
  });
  return each * functions.reduce((sum, count) => sum + count, 0);
}

export const mailCheck = inAccount("mail", async (account, context, abortSignal) => {
  if (!sendsMail(context)) skipProbe("the policy sends no mail");
  const { GetAccountCommand, SESv2Client } = await import("@aws-sdk/client-sesv2");
  const { ProductionAccessEnabled, SendingEnabled, EnforcementStatus } = await new SESv2Client(account.sdk).send(new GetAccountCommand(), {
    abortSignal,
  });
  const { region } = account;
  if (SendingEnabled === false) {
    const fix = "Read what AWS wrote you about it, or look at Account dashboard in the SES console.";
    return [{ id: "mail.paused", what: `SES has stopped this account's mail in ${region}.`, fix }];
  }
  if (EnforcementStatus === "PROBATION") {
    const fix = "Send no more to addresses that bounced or complained (docs/mail.md#the-suppression-list), and answer AWS's mail about it.";
    return [
      { id: "mail.review", what: `SES in ${region} reviews the account, because too many mails bounce or are complained about.`, fix },
    ];
  }
  if (ProductionAccessEnabled) return nothingWrong;
  const fix = "Ask for production access: aws sesv2 put-account-details, as docs/mail.md shows. AWS answers within a day.";
  return [{ id: "mail.sandbox", what: `SES in ${region} is in its sandbox: mail reaches verified addresses only.`, fix }];
});

/** False if a policy cannot be loaded: another check reports that. */
function sendsMail({ app, settings }: DoctorContext): boolean {
  if (settings.approvalMail === false) return false;
  try {
    return [...policyFolders(settings).values()].some((folder) => listWorkers(loadPolicyFolder(policyPath(folder, app))).has("approvals"));
  } catch {
    return false;
  }
}

/** Roles of the bootstrap stack that every deployment assumes. */
const ROLES = ["deploy", "file-publishing"];

/** Checks that these credentials may assume the roles, by assuming them. This changes nothing. */
export const deployRolesCheck = inAccount("deploy-roles", async (account, { app }, abortSignal) => {
  const { AssumeRoleCommand, STSClient } = await import("@aws-sdk/client-sts");
  const client = new STSClient(account.sdk);
  const names = ROLES.map((role) => `cdk-${readQualifier(app)}-${role}-role-${account.id}-${account.region}`);
  const refusals = await Promise.all(
    names.map(async (name): Promise<readonly string[]> => {
      const RoleArn = `arn:${findPartition(account.region)}:iam::${account.id}:role/${name}`;
      const role = { RoleArn, RoleSessionName: "gatehouse-doctor", DurationSeconds: 900 };
      try {
        await client.send(new AssumeRoleCommand(role), { abortSignal });
        return [];
      } catch (error) {
        if ((error as Error).name === "AccessDenied") return [name];
        throw error;
      }
    }),
  );
  return refusals.flat().length === 0 ? nothingWrong : [deniedFault(refusals.flat())];
});

function deniedFault(roles: readonly string[]): Fault {
  return {
    id: "deploy-roles.denied",
    what: `These credentials may not assume ${roles.join(" and ")}: npx cdk deploy would go on with their own permissions.`,
    fix: "Grant docs/permissions/deploy.json to the one who deploys (docs/permissions.md); if the roles are missing, bootstrap the region.",
  };
}

/** CloudFormation begins the name of a role with at most this many characters of the stack's name. */
const NAME_IN_ROLE = 24;

/**
 * Checks the account's role for API Gateway's logs. If the stack does not set the role, it must exist. Otherwise it must not belong to
 * another stack.
 */
export const logRoleCheck = inAccount("log-role", async (account, { settings, options }, abortSignal) => {
  const { APIGatewayClient, GetAccountCommand } = await import("@aws-sdk/client-api-gateway");
  const { cloudwatchRoleArn: role } = await new APIGatewayClient(account.sdk).send(new GetAccountCommand(), { abortSignal });
  if (settings.setsApiLogRole === false) {
    if (role !== undefined) return nothingWrong;
    const what = `API Gateway has no role to write logs with in ${account.region}, and setsApiLogRole is false.`;
    return [{ id: "log-role.missing", what, fix: "Take setsApiLogRole out of settings.ts, or give the account a role: docs/stages.md." }];
  }
  const logRolePrefix = `${parseStackName(options.stack).slice(0, NAME_IN_ROLE)}-ApiGatewayLogs`;
  if (role === undefined || role.split("/").at(-1)?.startsWith(logRolePrefix)) return nothingWrong;
  const what = `The account writes API Gateway's logs in ${account.region} by the role ${role}, and this stack would set another.`;
  return [{ id: "log-role.taken", what, fix: "Write setsApiLogRole: false in settings.ts: the stack then uses that role." }];
});

export const senderCheck = inStack("sender", async (stack, _, signal) => {
  const settings = await readTypedSettings(stack, {
    check: "sender",
    output: "ApprovalMailSecret",
    without: "the policy sends no mail",
    page: "docs/mail.md",
    read: readApprovalSettings,
  });
  const { mailFrom = skipProbe("the secret ApprovalMailSecret names no mailFrom, so no mail is sent") } = settings;
  const linkFaults = findFlowlessUrls(settings).map((url) => ({
    id: "sender.link",
    what: `Mails lead people to ${url}, which is Microsoft's: no user flow runs there, so nobody can sign up.`,
    fix: "Run npm run gate -- secrets set approval-mail with the address of the application whose user flow calls this gate: docs/mail.md.",
  }));
  const address = findSenderAddress(mailFrom);
  for (const identity of listIdentities(address)) if (await isVerified(stack.account, identity, signal)) return linkFaults;
  const { region } = stack.account;
  const domain = address.slice(address.lastIndexOf("@") + 1);
  const fix = `Run aws sesv2 create-email-identity --region ${region} --email-identity ${domain}, and create the DNS records that it prints.`;
  return [
    ...linkFaults,
    { id: "sender.not-verified", what: `SES in ${region} does not send as ${address}: neither it nor ${domain} is verified.`, fix },
  ];
});

/** The identities in SES that can cover an address. A domain's identity covers all subdomains. */
function listIdentities(address: string): readonly string[] {
  const labels = address.slice(address.lastIndexOf("@") + 1).split(".");
  const domains = labels.slice(0, -1).map((_, index) => labels.slice(index).join("."));
  return [address, ...domains];
}

async function isVerified(account: AwsAccess, EmailIdentity: string, abortSignal: AbortSignal): Promise<boolean> {
  const { GetEmailIdentityCommand, SESv2Client } = await import("@aws-sdk/client-sesv2");
  try {
    const identity = await new SESv2Client(account.sdk).send(new GetEmailIdentityCommand({ EmailIdentity }), { abortSignal });
    return identity.VerifiedForSendingStatus === true;
  } catch (error) {
    if ((error as Error).name === "NotFoundException") return false;
    throw error;
  }
}
