import { Duration, RemovalPolicy, Validations } from "aws-cdk-lib";
import type { EventPattern } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import * as v from "valibot";
import { graphEnvironment } from "../../adapters/graph/clouds";
import { GUID } from "../../engine/directory-account";
import { anyObject } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import type { StackFeature } from "../../lib/feature";
import { type GatehouseScope, logRetentionOption } from "../../lib/gatehouse-scope";
import { checkOptions, textFitting } from "../../lib/options";
import { featureFunction, grantWorkNotes } from "../../lib/resources/gatehouse-function";
import { grantGraph, signsInByRole } from "../../lib/resources/graph-role";
import type { RetainedTable } from "../../lib/resources/retained-table";
import { filledInSecret, grantSecret } from "../../lib/resources/secrets";
import { ACCOUNT_ARRIVED } from "../accounts/events";
import { ACCOUNT_CREATED } from "../approvals/build-event";
import { approvalsFeature, grantAccounts } from "../approvals/stack/approvals";
import { approvalIndexes } from "../approvals/store/approvals";
import { SIGN_UP_DECIDED } from "../decisions/events";
import { EventQueue } from "../decisions/stack/event-queue";
import { externalTenantFeature } from "../external-tenant/stack/extension-api";
import { arrivalEnvironment } from "./client/settings";

/** The group, access package and sponsor of new accounts, and the application that assigns them. */
export interface ArrivalsProps {
  readonly tenantId: string;
  /** The id of an application with the Graph permissions listed in docs/recipes/arrivals.md. */
  readonly clientId: string;
  /** @default "workforce" */
  readonly tenant?: "workforce" | "external";
  /** The object id of a group that new accounts join. @default none */
  readonly groupId?: string;
  /** An access package for new accounts, and its policy that lets administrators assign it directly. @default none */
  readonly accessPackage?: { readonly id: string; readonly policyId: string };
  /** True if the sponsor of an invitation or request becomes the account's sponsor in Entra. @default false */
  readonly sponsors?: boolean;
  /**
   * An external tenant's domain, under which it keeps addresses of local accounts: `contoso.onmicrosoft.com`.
   * @default none: accounts are found by `mail` and `otherMails`
   */
  readonly tenantDomain?: string;
  /**
   * Limits the people by fields of the events: `{ email: [{ suffix: "@contoso.com" }] }`. A pattern that tests an address matches only
   * proven addresses, unless it tests `emailProven` too.
   * @default everyone
   */
  readonly detail?: EventPattern["detail"];
  /** @default as long as the Gatehouse's logs */
  readonly logRetention?: RetentionDays;
}

/** The group, the people who join it, and the application that adds them. */
export interface GroupMembershipProps extends Pick<ArrivalsProps, "tenantId" | "clientId" | "detail" | "logRetention"> {
  /** The group's object id. */
  readonly groupId: string;
}

const id = textFitting("a GUID, as the Entra admin centre shows it", GUID);
const domain = textFitting("a domain of the tenant, such as contoso.onmicrosoft.com", /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i);

const groupOptions = {
  tenantId: id,
  clientId: id,
  groupId: id,
  detail: v.optional(anyObject()),
  logRetention: v.optional(logRetentionOption),
};

/** Refuses unknown options. If `detail` were mistyped, everyone would get the group or package. */
const options = optionSchema<ArrivalsProps>({
  ...groupOptions,
  groupId: v.optional(id),
  tenant: v.optional(v.picklist(["workforce", "external"])),
  accessPackage: v.optional(optionSchema<NonNullable<ArrivalsProps["accessPackage"]>>({ id, policyId: id })),
  sponsors: v.optional(v.boolean()),
  tenantDomain: v.optional(domain),
});

/** The part of a Gatehouse that arrivals use. */
export interface ArrivalsScope extends GatehouseScope {
  readonly tables: { readonly accounts: RetainedTable; readonly approvals: RetainedTable };
}

/** Time from the gate's answer to the first look for the account. Entra makes the account within seconds of the answer. */
const FIRST_LOOK = Duration.seconds(30);
const TIMEOUT = Duration.seconds(30);
/** Time until a message is delivered again. Lambda advises six times the function's timeout. */
const PAUSE = Duration.minutes(3);
/** Number of tries, about a day in all: some accounts are only created when the person comes back. */
const TRIES = 480;
/** Number of concurrent runs. Graph's writes to one group work best one after another, but two is Lambda's minimum. */
const CONCURRENCY = 2;

/**
 * Finds the accounts of people who were let in, keeps a row of each (event `account.arrived.v1`), and gives them a
 * group, an access package, a sponsor. See docs/recipes/arrivals.md.
 */
export class Arrivals extends Construct {
  /** The application's client secret, which you fill in. */
  readonly clientSecret: ISecret;
  readonly events: EventQueue;

  constructor(gatehouse: ArrivalsScope, id: string, props: ArrivalsProps) {
    super(gatehouse, id);
    checkOptions(options, props, [id]);
    const { tenantId, clientId } = props;
    this.clientSecret = filledInSecret(this, "ClientSecret", {
      description: `Gatehouse: client secret of the Entra application ${clientId}`,
      isOptional: signsInByRole(gatehouse),
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.events = eventsFor(this, gatehouse, props);
    const finder = createFinder(this, gatehouse, this.events, props);
    finder.addEnvironment(graphEnvironment.tenant, tenantId);
    finder.addEnvironment(graphEnvironment.client, clientId);
    grantSecret(finder, graphEnvironment.secret, this.clientSecret);
    grantGraph(finder, gatehouse, { application: id, does: "looks after new accounts" });
    gatehouse.addOutput(`${id}ClientSecret`, this.clientSecret.secretArn, "Put the Entra application's client secret in here");
  }
}

/** If a policy ends access, every account gets a row with its sponsor. Uses the application that creates accounts. */
export const stack: StackFeature<object, void> = {
  order: 60,
  name: "arrivals",
  workers: ["arrivals"],
  wanted: ({ workers }) => workers.has("arrivals"),
  build(scope) {
    const settings = scope.built(approvalsFeature)?.settings;
    if (settings === undefined) return;
    const place = new Construct(scope, "Arrivals");
    const isExternal = scope.built(externalTenantFeature) !== undefined && !scope.facts.servedLocally;
    const props = { tenant: isExternal ? "external" : "workforce", sponsors: true } as const;
    grantAccounts(createFinder(place, scope, eventsFor(place, scope, props), props), scope, settings);
  },
};

/** Adds to a group everyone who is let in, or who gets an account by approval. Does the same as `Arrivals` with only a group. */
export class GroupMembership extends Arrivals {
  constructor(gatehouse: ArrivalsScope, id: string, props: GroupMembershipProps) {
    checkOptions(optionSchema<GroupMembershipProps>(groupOptions), props, [id]);
    super(gatehouse, id, props);
  }
}

function buildVariables({ groupId, accessPackage, sponsors = false, tenantDomain }: FinderProps): Readonly<Record<string, string>> {
  return {
    ...(groupId !== undefined && { [arrivalEnvironment.group]: groupId }),
    ...(accessPackage && {
      [arrivalEnvironment.accessPackage]: accessPackage.id,
      [arrivalEnvironment.assignmentPolicy]: accessPackage.policyId,
    }),
    [arrivalEnvironment.sponsors]: String(sponsors),
    ...(tenantDomain !== undefined && { [arrivalEnvironment.tenantDomain]: tenantDomain }),
  };
}

type FinderProps = { readonly [K in keyof Omit<ArrivalsProps, "tenantId" | "clientId">]: ArrivalsProps[K] | undefined };

/** Fields that anybody may have typed, unless the address is proven. */
const byAddress = new Set(["email", "personId"]);

/** Limits a pattern that tests an address to proven addresses: nobody may get anything for an address that they only typed. */
function provenDetail(detail: EventPattern["detail"]): EventPattern["detail"] {
  if (detail === undefined || "emailProven" in detail || !goesByAddress(detail)) return detail;
  return { ...detail, emailProven: [true] };
}

/** True if the pattern tests an address, also inside a `$or`. */
function goesByAddress(pattern: unknown): boolean {
  if (typeof pattern !== "object" || pattern === null) return false;
  return Object.entries(pattern).some(([name, value]) => byAddress.has(name) || goesByAddress(value));
}

function eventsFor({ node }: Construct, gatehouse: ArrivalsScope, { tenant = "workforce", ...props }: FinderProps): EventQueue {
  const detail = provenDetail(props.detail);
  const source = tenant === "workforce" ? "b2b" : "external-tenant";
  const events = new EventQueue(gatehouse, `${node.id}Events`, {
    eventPattern: {
      detailType: [SIGN_UP_DECIDED],
      detail: { ...detail, step: ["before-create-user"], verdict: ["continue"], source: [source] },
    },
    deliveryDelay: FIRST_LOOK,
    visibilityTimeout: PAUSE,
    maxReceives: TRIES,
  });
  // After an approval, Gatehouse may create the account instead of Entra. That account also gets the group and the package.
  events.add("Accounts", { detailType: [ACCOUNT_CREATED], ...(detail !== undefined && { detail }) });
  // In an external tenant, a token may show an account that the search by address does not find.
  if (tenant === "external") events.add("Tokens", { detailType: [ACCOUNT_ARRIVED], detail: { ...detail, by: ["token"] } });
  return events;
}

function createFinder(scope: Construct, gatehouse: ArrivalsScope, { queue }: EventQueue, props: FinderProps): LambdaFunction {
  const { logRetention } = props;
  const finder = featureFunction(gatehouse, scope, "Function", {
    ...(logRetention !== undefined && { logRetention }),
    description: "Finds the accounts of people who were let in, and gives them what new accounts get",
    entry: "arrivals/arrivals",
    environment: buildVariables(props),
    timeout: TIMEOUT,
  });
  // Lets the function write the row of a new account, and record there that the sponsor could not be set.
  gatehouse.tables.accounts.grantRows(finder, "GetItem", "PutItem");
  // Lets the function find the sponsor, which the request or the invitation names.
  gatehouse.tables.approvals.grantQuery(finder, approvalIndexes.person, approvalIndexes.email);
  grantWorkNotes(gatehouse, finder, "arrivals");
  finder.addEventSource(new SqsEventSource(queue, { batchSize: 1, maxConcurrency: CONCURRENCY, reportBatchItemFailures: true }));
  Validations.of(finder).acknowledge({
    id: "Serverless-LambdaEventSourceMappingDestination",
    reason: "What fails goes to the queue's own dead-letter queue.",
  });
  return finder;
}
