import { parseStackName } from "../../../adapters/aws/deployment-name";
import { readVariables, type Stack, secretState, type TypedSecret, typedSecrets } from "../../../cli/aws/stack";
import { placeFlags } from "../../../cli/command";
import { connectionCode, explainError, type Fault } from "../../../cli/failure";
import { policyFolders } from "../../../cli/policy-folders";
import { failProbe, nothingWrong, probe, skipProbe } from "../../../cli/probe";
import { proxiedFetch } from "../../../cli/proxy";
import { localTime } from "../../../cli/typed";
import { parseJsonObject } from "../../../engine/json";
import { DEFAULT_GATE } from "../../../engine/sign-up/gate";
import { policyPath } from "../../../lib/policy-folder/policy-files";
import { loadPolicyFolder } from "../../../lib/policy-folder/policy-folder";
import { policyVersion } from "../../../lib/sign-up/step-bundle";
import { findSecretFault } from "../../webhooks/signature";
import { type DoctorCheck, findAccount, inStack, joinFaults, secretText } from "./check";

/** A missing stack is no fault, because it may not be deployed yet. */
export const stackCheck: DoctorCheck = {
  name: "stack",
  run: (context) =>
    probe("stack", async () => {
      const { region } = await findAccount(context);
      const stack = await context.stack().catch((error: unknown) => {
        return failProbe("stack.unknown", "CloudFormation does not give the stack's status.", explainError(error));
      });
      return stackFaults(stack ?? skipProbe(`there is no stack ${context.options.stack} in ${region}`));
    }),
};

function stackFaults(stack: Stack): readonly Fault[] {
  const { name, status, account } = stack;
  if (/FAILED|ROLLBACK/.test(status)) {
    const fix = "Look at the stack's events in CloudFormation for the first failure, fix that, and run npx cdk deploy.";
    return [{ id: "stack.failed", what: `The last deployment of ${name} failed: ${status}.`, fix }];
  }
  if (stack.output("CredentialsSecret") !== undefined || status.endsWith("_IN_PROGRESS")) return nothingWrong;
  const fix = "Name another stack with --stack. If a stack has several Gatehouses, name the construct's path, such as Portal/SignUp.";
  return [{ id: "stack.other", what: `The stack ${name} in ${account.region} is not a Gatehouse.`, fix }];
}

/** CloudFormation can change only one copy of a table in a deployment. */
export const replicasCheck = inStack("replicas", async (stack, { settings: { replicas } }) => {
  if (replicas === undefined) skipProbe("settings.ts names no other regions");
  const tables = await stack.resources("AWS::DynamoDB::GlobalTable");
  const copies = tables.flatMap(({ properties }) => (properties.Replicas ?? []) as readonly { readonly Region: unknown }[]);
  const there = new Set(copies.flatMap(({ Region }) => (typeof Region === "string" && Region !== stack.account.region ? [Region] : [])));
  const [first, ...others] = [...replicas.filter((each) => !there.has(each)), ...[...there].filter((each) => !replicas.includes(each))];
  if (tables.length === 0 || others.length === 0) return nothingWrong;
  const what = `In one deployment, CloudFormation adds or removes only one region of a table, but replicas in settings.ts has ${others.length + 1} changes: ${[first, ...others].join(", ")}.`;
  return [{ id: "replicas.several", what, fix: `Change replicas by ${first} alone, run npx cdk deploy, and go on with the next.` }];
});

export const secretsCheck = inStack("secrets", async (stack, { options }, signal) => {
  const secretLooks = (await typedSecrets(stack)).map((secret) => secretFaults(stack, secret, placeFlags(options), signal));
  return [...(await joinFaults(secretLooks)), ...(await webhookKeyFaults(stack))];
});

async function webhookKeyFaults(stack: Stack): Promise<readonly Fault[]> {
  const keyOutputs = Object.keys(stack.outputs).filter((output) => /^Webhook.+Key$/.test(output));
  return await joinFaults(
    keyOutputs.map(async (output): Promise<readonly Fault[]> => {
      const fault = findSecretFault(await secretText(stack.account, stack.output(output) ?? ""));
      if (fault === undefined) return nothingWrong;
      const what = {
        unpadded: `The webhook secret named by the output ${output} has no = at its end, so that receivers in Python and Go refuse it.`,
        unusable: `The webhook secret named by the output ${output} is no key, so that its events wait.`,
      }[fault];
      const fix = {
        unpadded: "Write the same key with = at its end, until its length is a multiple of four: signatures stay the same. docs/events.md",
        unusable: "Write a key into it, from openssl rand -base64 32: docs/events.md.",
      }[fault];
      return [{ id: `secrets.webhook-${fault}`, what, fix }];
    }),
  );
}

async function secretFaults(stack: Stack, secret: TypedSecret, flags: string, signal: AbortSignal): Promise<readonly Fault[]> {
  const { arn, name, shape, use, isOptional } = secret;
  const client = stack.account.secretsManager;
  const fix = `Run npm run gate -- secrets set ${name}${flags}.`;
  if (!(await secretState(client, arn, signal)).isFilledIn) {
    if (isOptional) return nothingWrong;
    return [{ id: "secrets.not-filled-in", what: `A secret has not been filled in: ${use}.`, fix }];
  }
  if (shape === undefined) return nothingWrong;
  const { SecretString } = await client.call<{ SecretString?: string }>("GetSecretValue", { SecretId: arn }, signal);
  if (parseJsonObject(SecretString ?? "") !== undefined) return nothingWrong;
  return [{ id: "secrets.no-json", what: `A secret holds no JSON object: ${use}.`, fix }];
}

export const endpointCheck = inStack("endpoint", async (stack, { settings }, signal) => {
  const all = [...new Set(stack.outputUrls.map((url) => new URL(url).origin))];
  // The custom domain answers nobody without a client certificate, so it is not called.
  const mutualTlsUrl = settings.customDomain?.trustStore && `https://${settings.customDomain.domainName}`;
  const origins = all.filter((origin) => origin !== mutualTlsUrl);
  return await joinFaults(origins.map((origin) => reachFaults(origin, signal)));
});

/** Any answer is accepted, because Entra never calls this path, the root. */
async function reachFaults(origin: string, signal: AbortSignal): Promise<readonly Fault[]> {
  try {
    await proxiedFetch(origin, { signal });
    return nothingWrong;
  } catch (error) {
    const { cause, message } = error as Error;
    const code = connectionCode(error as Error) ?? (cause as Error | undefined)?.message ?? message;
    const fix = "Check its DNS record and certificate, and that this machine may reach it; Entra calls it from the internet.";
    return [{ id: "endpoint.unreachable", what: `${origin} does not answer: ${code}.`, fix }];
  }
}

/** Alarms also tell what no row does: backups that failed, functions that crash or never run. */
export const alarmsCheck = inStack("alarms", async (stack, _, signal) => {
  const topics = (await stack.resources("AWS::SNS::Topic")).filter(({ properties }) => properties.DisplayName === "Gatehouse alarms");
  const faults = await joinFaults([
    ringingFaults(stack, signal),
    ...topics.map(({ physicalId }) => topicFaults(stack, physicalId, signal)),
  ]);
  return topics.length === 0 ? { faults, told: "nobody gets them, as settings.ts names no alarmEmail" } : { faults };
});

async function ringingFaults({ account, name }: Stack, signal: AbortSignal): Promise<readonly Fault[]> {
  const [{ CloudWatchClient }, { ringingAlarms }] = await Promise.all([
    import("@aws-sdk/client-cloudwatch"),
    import("../../../adapters/aws/alarms"),
  ]);
  const alarms = await ringingAlarms(new CloudWatchClient(account.sdk), parseStackName(name), signal);
  return alarms.map(({ description, since }) => {
    const [what = "", runbook = "docs/runbook.md"] = description.split(" Runbook: ");
    return { id: "alarms.ringing", what: `${what} The alarm has been ringing since ${localTime(since)}.`, fix: `See ${runbook}.` };
  });
}

async function topicFaults({ account }: Stack, TopicArn: string, abortSignal: AbortSignal): Promise<readonly Fault[]> {
  const { GetTopicAttributesCommand, SNSClient } = await import("@aws-sdk/client-sns");
  const { Attributes = {} } = await new SNSClient(account.sdk).send(new GetTopicAttributesCommand({ TopicArn }), { abortSignal });
  if (Number(Attributes.SubscriptionsConfirmed ?? 0) > 0) return nothingWrong;
  const fix =
    "Follow the link in the mail AWS Notification - Subscription Confirmation. It is valid for three days; after that: " +
    `aws sns subscribe --region ${account.region} --topic-arn ${TopicArn} --protocol email --notification-endpoint ADDRESS`;
  return [{ id: "alarms.unconfirmed", what: "Nobody gets the alarms: no address has confirmed the subscription.", fix }];
}

export const deployedPolicyCheck = inStack("deployed-policy", async (stack, { app, settings }) => {
  const deployedVersions = new Set((await stack.resources("AWS::Lambda::Function")).map((each) => readVariables(each).POLICY_VERSION));
  return [...policyFolders(settings)].flatMap(([gate, folder]) => {
    const others = loadPolicyFolder(policyPath(folder, app)).filter((step) => !deployedVersions.has(policyVersion(step)));
    if (others.length === 0) return [];
    const whose = gate === DEFAULT_GATE ? "" : ` of the gate ${gate}`;
    const fix = "Run npx cdk deploy; if it is the policy here that is behind, update your copy. npx cdk diff shows the difference.";
    return [
      {
        id: "deployed-policy.other",
        what: `The deployed policy is not the policy${whose} as it is here: ${others.map(({ step }) => step).join(", ")}.`,
        fix,
      },
    ];
  });
});
