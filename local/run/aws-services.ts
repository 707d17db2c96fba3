import { join } from "node:path";
import { openDatabase, serveDynamodb } from "../aws/dynamodb/embedded";
import type { TableStreams } from "../aws/dynamodb/streams";
import { createTables, localDynamodb } from "../aws/dynamodb/tables";
import { buildServiceEvent, type DeliveredEvent, defaultBusArn, serveEventBus } from "../aws/events/event-bus";
import type { Rules } from "../aws/events/rules";
import { SecretStore, serveSecrets } from "../aws/secrets";
import { serveSts } from "../aws/sts";
import { STS_FILE } from "../data/data-folder";
import { serveMail } from "../stand-ins/mail";
import { graphRoles } from "./graph-roles";
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
