import { Duration } from "aws-cdk-lib";
import type { Rule } from "aws-cdk-lib/aws-events";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import * as v from "valibot";
import { ASKED_LISTS_OUTPUT } from "../../../adapters/aws/deployment-name";
import { workerEnvironment } from "../../../adapters/aws/environment";
import { optionSchema } from "../../../engine/option-schema";
import type { GateFacts, GateScope, StackFeature } from "../../../lib/feature";
import type { GatehouseScope } from "../../../lib/gatehouse-scope";
import { watchCertificates } from "../../../lib/operations/alarms";
import { textFitting } from "../../../lib/options";
import { startEvery } from "../../../lib/resources/event-rules";
import { featureFunction, grantWorkNotes } from "../../../lib/resources/gatehouse-function";
import { grantGraph, settingsShape } from "../../../lib/resources/graph-role";
import type { RetainedTable } from "../../../lib/resources/retained-table";
import { filledInSecret, grantSecret } from "../../../lib/resources/secrets";
import { readChanges } from "../../../lib/resources/table-stream";
import { askedLists, grantDenials } from "../../access-list/stack/list-grants";
import { auditTrailFeature } from "../../audit/stack/audit-trail";
import { approvalIndexes } from "../store/approvals";
import { bareId } from "./policy";

export interface ExtensionsAppOption {
  /**
   * The application (client) id of the app that registers custom attributes: `aad-extensions-app` in a workforce tenant, elsewhere
   * `b2c-extensions-app`. Accounts then can have custom attributes that the policy sets and no form collects. See docs/approvals.md.
   * @default the app in the names of the person's custom attributes
   */
  readonly extensionsAppId?: string;
}

export function asksForApproval({ workers }: GateFacts): boolean {
  return workers.has("approvals");
}

export const approvalsFeature: StackFeature<ExtensionsAppOption, Approvals> = {
  order: 33,
  name: "approvals",
  options: optionSchema<ExtensionsAppOption>({
    extensionsAppId: v.optional(
      textFitting("an application (client) id, as Entra shows it", (id) => /^[0-9a-f]{32}$/i.test(id.replaceAll("-", ""))),
    ),
  }),
  workers: ["approvals", "accounts", "provisioning"],
  wanted: asksForApproval,
  build: (scope, options) => new Approvals(scope, "Approval", options),
  grantPages(pages, { tables }) {
    tables.approvals.grantRows(pages, "BatchGetItem", "PutItem");
    tables.approvals.grantQuery(pages, ...Object.values(approvalIndexes));
  },
};

/** Longer than the creation of one account takes, and shorter than a worker's lease of a request. */
const PROVISIONING_TIMEOUT = Duration.seconds(60);
const PROVISIONING_BATCH = 10;
/** Number of retries by the stream. After these, the sweeper continues. */
const PROVISIONING_RETRIES = 5;
const SWEEPER_EVERY = Duration.minutes(5);
/** A run must end before the next begins. */
const SWEEPER_TIMEOUT = Duration.minutes(4);

const REDIRECT_URL = "https://myapplications.microsoft.com/?tenantid=11111111-1111-1111-1111-111111111111";
const application = {
  tenantId: "11111111-1111-1111-1111-111111111111",
  clientId: "22222222-2222-2222-2222-222222222222",
  clientSecret: "example",
};
const choices = {
  tenantDomain: "contoso.onmicrosoft.com",
  redirectUrl: REDIRECT_URL,
  invitationMail: "true",
};

/**
 * Lets a function call Graph as the application that creates accounts. @param settings the secret with this application's id and credential
 */
export function grantAccounts(lambda: LambdaFunction, gatehouse: GatehouseScope, settings: ISecret): void {
  grantSecret(lambda, workerEnvironment.approvalsSecret, settings);
  grantGraph(lambda, gatehouse, { application: "Approvals", does: "makes accounts and ends access" });
}

/** Workers for requests: events, expiry, and the accounts of approved people. */
export class Approvals extends Construct {
  readonly publisher: LambdaFunction;
  readonly sweeper: LambdaFunction;
  /** Starts the sweeper. */
  readonly schedule: Rule;
  readonly provisioning: LambdaFunction | undefined;
  /** Undefined if neither making accounts nor ending access is configured. */
  readonly settings: ISecret | undefined;

  constructor(
    private readonly gatehouse: GateScope,
    id: string,
    { extensionsAppId }: ExtensionsAppOption,
  ) {
    super(gatehouse, id);
    const { accounts, approvals: table } = gatehouse.tables;
    const { workers } = gatehouse.facts;
    const provisions = workers.has("provisioning");
    this.settings = provisions || workers.has("accounts") ? this.makeSettings() : undefined;
    const settings = provisions ? this.settings : undefined;
    this.publisher = this.makePublisher(table);
    this.sweeper = this.makeSweeper(table, settings);
    this.schedule = startEvery(SWEEPER_EVERY, this.sweeper, this, {
      description: "Starts the sweeper of Gatehouse's requests",
      standby: gatehouse.standby,
    });
    const lists = JSON.stringify(askedLists(gatehouse.facts));
    gatehouse.addOutput(ASKED_LISTS_OUTPUT, lists, "How each gate's policy asks the access list, for commands that approve or invite");
    if (settings === undefined) return;
    this.provisioning = this.makeProvisioning(table, settings);
    for (const maker of this.accountMakers) {
      grantDenials(maker, gatehouse);
      grantWorkNotes(gatehouse, maker, "accounts");
      // Lets the function write the row of the created account.
      accounts.grantRows(maker, "GetItem", "PutItem");
      if (extensionsAppId !== undefined) maker.addEnvironment(workerEnvironment.extensionsAppId, bareId(extensionsAppId));
    }
    watchSettings(gatehouse);
    watchCertificates(gatehouse);
  }

  /** Functions that create accounts. @internal */
  get accountMakers(): readonly LambdaFunction[] {
    return this.provisioning === undefined ? [] : [this.sweeper, this.provisioning];
  }

  private makeSettings(): ISecret {
    const settings = filledInSecret(this, "Settings", {
      description: "Gatehouse: how accounts are made",
      shape: settingsShape(this.gatehouse, application, choices),
    });
    this.gatehouse.addOutput(
      "ApprovalsSecret",
      settings.secretArn,
      "The secret that says how accounts are made, to be filled in as docs/approvals.md says",
    );
    return settings;
  }

  private makePublisher(table: RetainedTable): LambdaFunction {
    const publisher = featureFunction(this.gatehouse, this, "Publisher", {
      description: "Publishes what happens to requests as events, and records in the audit trail who decided",
      entry: "approvals/approval-publisher",
      timeout: Duration.seconds(30),
    });
    this.gatehouse.records.grantPublish(publisher);
    // The publisher also writes the audit log: a stream may have only two readers, and provisioning is the other one.
    this.gatehouse.built(auditTrailFeature)?.grantTell(publisher);
    readChanges(this.gatehouse, publisher, table, { reader: "approval-publisher", events: ["INSERT", "MODIFY", "REMOVE"] });
    this.gatehouse.alarms.alarmOnLag(publisher);
    return publisher;
  }

  private makeSweeper(table: RetainedTable, settings: ISecret | undefined): LambdaFunction {
    const sweeper = featureFunction(this.gatehouse, this, "Sweeper", {
      description: "Ends overdue requests, tries again to create accounts, and strips finished requests of their data",
      entry: "approvals/approval-sweeper",
      timeout: SWEEPER_TIMEOUT,
    });
    table.grantRows(sweeper, "BatchGetItem", "PutItem");
    table.grantQuery(sweeper, approvalIndexes.state);
    if (settings !== undefined) grantAccounts(sweeper, this.gatehouse, settings);
    grantWorkNotes(this.gatehouse, sweeper, "sweeper");
    this.gatehouse.watched.push(sweeper);
    this.gatehouse.alarms.alarmOnCount("ProvisioningOverdue", "Somebody was approved an hour ago and has no account yet.");
    return sweeper;
  }

  private makeProvisioning(table: RetainedTable, settings: ISecret): LambdaFunction {
    const provisioning = featureFunction(this.gatehouse, this, "Provisioning", {
      description: "Makes the accounts of approved people through Microsoft Graph",
      entry: "approvals/provisioning",
      timeout: PROVISIONING_TIMEOUT,
    });
    table.grantRows(provisioning, "BatchGetItem", "PutItem");
    grantAccounts(provisioning, this.gatehouse, settings);
    readChanges(this.gatehouse, provisioning, table, {
      reader: "provisioning",
      batchSize: PROVISIONING_BATCH,
      retryAttempts: PROVISIONING_RETRIES,
      // Omits requests that were released for a later try. The sweeper retries these.
      newImage: { state: { S: ["approved"] }, onApproval: { S: ["provision"] }, retryAt: { S: [{ exists: false }] } },
    });
    this.gatehouse.alarms.alarmOnCount("ProvisioningFailed", "The account of an approved person could not be made.");
    this.gatehouse.alarms.alarmOnLag(provisioning);
    return provisioning;
  }
}

export function watchSettings({ alarms }: GateScope): void {
  const what = "The settings of approvals are missing or malformed: no account can be made, or no mail sent.";
  alarms.once("ApprovalSettingsUnusable", (id) => alarms.alarmOnCount(id, what));
}
