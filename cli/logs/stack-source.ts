import { type AwsClient, AwsError, type Service } from "../../adapters/aws/client";
import type { DeployedResource, Stack } from "../aws/stack";
import { CommandError } from "../failure";
import { type ReadLine, readLine } from "./log-line";
import { inOrder, type LogSource, type WantedLines } from "./log-source";

const cloudWatchLogs: Service = {
  name: "logs",
  target: "Logs_20140328",
  contentType: "application/x-amz-json-1.1",
  endpointVariable: "AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
};

/** CloudWatch may look through much before it answers. */
const LOGS_LIMITS = { attemptTimeoutMs: 20_000 };

const EVERY_MS = 5_000;
/** CloudWatch takes five calls a second and more, by region. */
const AT_ONCE = 4;
/** What a run shows at the most of one log group. */
const MOST_LINES = 10_000;
/** What a filter pattern may be long. */
const MOST_TERMS = 20;

interface LogGroup {
  readonly name: string;
  /** "before-create-user", "ApprovalMail", "gateway". */
  readonly from: string;
  readonly days: number | undefined;
}

interface FilteredPage {
  readonly events?: readonly {
    readonly eventId: string;
    readonly timestamp: number;
    readonly ingestionTime?: number;
    readonly message: string;
  }[];
  readonly nextToken?: string;
}

/** The lines of a stack's log groups, by FilterLogEvents: AWS takes nothing for it, and it needs no query to be begun. */
export async function stackSource(stack: Stack): Promise<LogSource> {
  const client = stack.account.client(cloudWatchLogs, LOGS_LIMITS);
  const groups = (await stack.resources("AWS::Logs::LogGroup")).filter(({ logicalId }) => !/FlowLog/.test(logicalId)).map(groupOf);
  const gaps = new Set<string>();
  const days = groups.map((group) => group.days).filter((each) => each !== undefined);

  async function linesOf(group: LogGroup, wanted: WantedLines): Promise<readonly ReadLine[]> {
    try {
      return await filtered(client, group, wanted, (gap) => gaps.add(gap));
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.name === "ResourceNotFoundException") gaps.add(`The log group ${group.name} is not there: its lines are gone.`);
      else if (error.name === "AccessDeniedException")
        throw new CommandError(`You may not read ${group.name}: logs:FilterLogEvents is needed. docs/logs.md`);
      else throw error;
      return [];
    }
  }

  return {
    async lines(wanted) {
      const asked = wanted.followingUp === true ? groups.filter(({ from }) => !isAnswering(from)) : groups;
      const found: ReadLine[] = [];
      for (let index = 0; index < asked.length; index += AT_ONCE) {
        const some = await Promise.all(asked.slice(index, index + AT_ONCE).map((group) => linesOf(group, wanted)));
        found.push(...some.flat());
      }
      return inOrder(found);
    },
    get gaps() {
      return [...gaps];
    },
    standIns: new Set(),
    kept: days.length === 0 ? "log groups keep lines for ever" : `log groups keep lines for ${Math.min(...days)} days (logRetention)`,
    everyMs: EVERY_MS,
  };
}

/** What decides or answers has nothing to add once that is done. */
function isAnswering(from: string): boolean {
  return from === "gateway" || /AfterSignIn|BeforeCreateUser|BeforeSendingToken|AttributeCollection|TokenIssuance|Authorizer/.test(from);
}

function groupOf({ logicalId, physicalId, properties }: DeployedResource): LogGroup {
  const from = /AccessLog/.test(logicalId) ? "gateway" : logicalId.replace(/[0-9A-F]{8}$/, "").replace(/(Function)?Logs$/, "");
  return { name: physicalId, from, days: properties.RetentionInDays as number | undefined };
}

async function filtered(
  client: AwsClient,
  { name, from }: LogGroup,
  wanted: WantedLines,
  gap: (sentence: string) => void,
): Promise<readonly ReadLine[]> {
  const found: ReadLine[] = [];
  for (const filterPattern of patternsFor(wanted.bearing)) {
    const input = { logGroupName: name, startTime: wanted.from, endTime: wanted.to, ...(filterPattern && { filterPattern }) };
    for (let nextToken: string | undefined; ; ) {
      const page = await client.call<FilteredPage>("FilterLogEvents", { ...input, ...(nextToken && { nextToken }) });
      for (const { eventId, timestamp, ingestionTime = timestamp, message } of page.events ?? []) {
        const line = readLine(from, message, from === "AuditLogLog" ? ingestionTime : timestamp, eventId);
        if (line !== undefined) found.push(line);
      }
      nextToken = page.nextToken;
      if (nextToken === undefined) break;
      if (found.length >= MOST_LINES) {
        gap(`${name} has more than ${MOST_LINES} lines in that time: the rest is left out. Ask for less with --since, or for a code.`);
        break;
      }
    }
  }
  return found;
}

/** Any of the terms: `?"one" ?"other"`; one that is empty takes every line. */
function patternsFor(bearing: readonly string[] | undefined): readonly string[] {
  if (bearing === undefined) return [""];
  const patterns: string[] = [];
  for (let index = 0; index < bearing.length; index += MOST_TERMS) {
    patterns.push(
      bearing
        .slice(index, index + MOST_TERMS)
        .map((term) => `?"${term}"`)
        .join(" "),
    );
  }
  return patterns;
}
