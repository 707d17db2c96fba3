import { join } from "node:path";
import { kebabCase } from "../../adapters/aws/deployment-name";
import { type CloudName, entraClouds, findCloud, GRAPH_ROLE_OUTPUT, graphEnvironment } from "../../adapters/graph/clouds";
import { parseJsonObject } from "../../engine/json";
import { openDatabase, serveDynamodb } from "../aws/dynamodb/embedded";
import type { TableStreams } from "../aws/dynamodb/streams";
import { createTables, localDynamodb } from "../aws/dynamodb/tables";
import { buildServiceEvent, type DeliveredEvent, defaultBusArn, serveEventBus } from "../aws/events/event-bus";
import type { Rules } from "../aws/events/rules";
import { SecretStore, serveSecrets } from "../aws/secrets";
import { serveSts } from "../aws/sts";
import type { Template } from "../aws/template";
import { STS_FILE } from "../data/data-folder";
import type { InstanceRole } from "../data/instance";
import { serveMail } from "../stand-ins/mail";
import type { TrustedRole } from "../stand-ins/outside-system";
import { accessTo, type Setup } from "./setup";

/**
 * Receivers of changes and events. They are set after the stand-ins have started, because receivers need the functions, and the functions
 * need the stand-ins.
 */
export interface Followers {
  streams?: TableStreams;
  rules?: Rules;
  /**
   * Receives every event, whether a rule matches it or not. The tenant's directory creates accounts for people who were let in, as Entra
   * does.
   */
  directory?: (event: DeliveredEvent) => void;
}

export type AwsServices = Readonly<Awaited<ReturnType<typeof startAwsServices>>>;

export async function startAwsServices(setup: Setup, followers: Followers) {
  const { data, template, shutdown, report, key } = setup;
  const database = shutdown.own(
    await openDatabase(
      join(data, "dynamodb"),
      (change) => followers.streams?.publish(change),
      (change) => followers.streams?.note(change),
    ),
  );
  const { url: dynamodbUrl } = shutdown.own(await serveDynamodb(accessTo("dynamodb", setup), database.call));
  const dynamodb = localDynamodb(dynamodbUrl, key);
  await createTables(template, dynamodb);

  const store = new SecretStore(join(data, "secrets.json"));
  store.provide(template);
  const secrets = shutdown.own(await serveSecrets(store, accessTo("secretsmanager", setup)));

  const roles = graphRoles(template);
  const mayAssume = (arn: string) => roles.some((role) => role.arn === arn);
  const sts =
    roles.length === 0 ? undefined : shutdown.own(await serveSts({ file: join(data, STS_FILE), mayAssume }, accessTo("sts", setup)));

  const eventsFile = join(data, "events.jsonl");
  const bus = shutdown.own(
    await serveEventBus(template, eventsFile, accessTo("events", setup), (busArn, event) => {
      followers.directory?.(event);
      followers.rules?.offer(busArn, event);
    }),
  );

  const outboxDir = join(data, "outbox");
  const mail = shutdown.own(
    await serveMail(outboxDir, accessTo("mail", setup), {
      onAnswer: (answerText) => report.output("mail", [`stand-in: ${answerText}`]),
      // The bus refuses events of AWS from callers, as AWS does. SES hands its events over itself.
      onReport({ type, detail, state }) {
        report.output("mail", [`stand-in: ${state}`]);
        followers.rules?.offer(defaultBusArn(), buildServiceEvent("aws.ses", type, detail));
      },
    }),
  );
  return {
    dynamodb,
    store,
    dynamodbUrl,
    secretsUrl: secrets.url,
    eventsUrl: bus.url,
    roles,
    sts: sts && { url: sts.url, issuer: sts.issuer },
    mailUrl: mail.url,
    eventsFile,
    outboxDir,
  };
}

/** The roles in the template that functions assume to sign in to Graph; none if functions sign in by secrets. */
export function graphRoles(template: Template): readonly InstanceRole[] {
  const ofPolicy = parseJsonObject(template.output("PolicySecrets") ?? "") as Readonly<Record<string, string>> | undefined;
  return [...template.outputsEnding(GRAPH_ROLE_OUTPUT)].map(([prefix, arn]) => {
    const name = kebabCase(prefix);
    const application = findApplication(template, arn);
    // If no function names the role's application, a secret contains the application's id. A rule's role has the same name as the rule's
    // secret.
    const secret = application === undefined ? (template.output(`${prefix}Secret`) ?? ofPolicy?.[name]) : undefined;
    return { name, arn, secret, application };
  });
}

function findApplication(template: Template, arn: string): InstanceRole["application"] {
  for (const { [graphEnvironment.role]: role, [graphEnvironment.client]: clientId, [graphEnvironment.tenant]: tenantId } of readVariables(
    template,
  )) {
    if (role === arn && clientId !== undefined) return { clientId, tenantId };
  }
  return undefined;
}

function readVariables(template: Template): readonly Readonly<Record<string, string>>[] {
  return template
    .ofType("AWS::Lambda::Function")
    .map(({ property }) => property<{ readonly Variables?: Readonly<Record<string, string>> }>("Environment")?.Variables ?? {});
}

/** The audience of the roles' tokens. It depends on the cloud that functions call. */
export function findAudience(template: Template): string {
  const [cloud] = readVariables(template).flatMap(({ [graphEnvironment.cloud]: name }) => name ?? []);
  return (findCloud(cloud as CloudName | undefined) ?? entraClouds.global).audience;
}

/** Leaves out a role whose application has no id in the secrets or the functions. */
export function listTrustedRoles(roles: readonly InstanceRole[], store: SecretStore): readonly TrustedRole[] {
  return roles.flatMap(({ name, arn, secret, application }) => {
    const clientId = application?.clientId ?? (secret && parseJsonObject(store.current(secret))?.clientId);
    return typeof clientId === "string" ? [{ name, arn, clientId }] : [];
  });
}
