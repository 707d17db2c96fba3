import { Duration, Stack, Validations } from "aws-cdk-lib";
import { LambdaFunction as FunctionTarget } from "aws-cdk-lib/aws-events-targets";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { SqsEventSource } from "aws-cdk-lib/aws-lambda-event-sources";
import { Construct } from "constructs";
import * as v from "valibot";
import { workerEnvironment } from "../../../adapters/aws/environment";
import { mailEnvironment } from "../../../adapters/mail/mail-place";
import { MAIL_PREFIX } from "../../../adapters/mail/mail-sending";
import { ABOUT_PREFIX, BACK_PREFIX, FORGOTTEN_PREFIX, SENT_PREFIX } from "../../../adapters/mail/mail-states";
import { WAITING_PREFIX } from "../../../adapters/mail/waiting-mails";
import { decisionIndexes } from "../../../adapters/tables/decision-indexes";
import { TASK_PREFIX } from "../../../adapters/tables/tables";
import type { EventKinds } from "../../../engine/events/event-kind";
import { optionSchema } from "../../../engine/option-schema";
import { languageFlaw, readTag, saysSomething, type Text } from "../../../engine/sign-up/text";
import { consoleFeature } from "../../../lib/console/console";
import type { GateScope, StackFeature } from "../../../lib/feature";
import { textFitting } from "../../../lib/options";
import { policyFeatures } from "../../../lib/policy-folder/policy-folder";
import type { PolicyStep } from "../../../lib/policy-folder/policy-step";
import { domainCertificateOptions } from "../../../lib/resources/domain-options";
import { featureFunction, grantWorkNotes } from "../../../lib/resources/gatehouse-function";
import { HOST_NAME } from "../../../lib/resources/http-api";
import { nagPlace } from "../../../lib/resources/physical-name";
import { filledInSecret, grantSecret } from "../../../lib/resources/secrets";
import { PARTNER } from "../../access-list/partner";
import { COUNTS_PREFIX } from "../../counts/store/counts";
import { EventQueue } from "../../decisions/stack/event-queue";
import { events as eventKinds } from "../../lists/events";
import { mailTexts } from "../../lists/mail-texts";
import type { WordingName } from "../../mail-texts";
import { events as ownEvents } from "../events";
import { mailSecretColumns } from "../store/approvals";
import { DELEGATIONS_ID } from "../store/delegations";
import { approvalsFeature, asksForApproval, watchSettings } from "./approvals";
import { MailDecisions, type MailDecisionsDomain } from "./mail-decisions";
import { MailEvents } from "./mail-events";

/** The language, texts and links of mail about approvals: docs/mail.md. */
export interface ApprovalMailOptions {
  /** BCP 47 tag. Applicants get mail in their own language. @default "en" */
  readonly approverLanguage?: string;
  /**
   * An https page where approvers decide, linked in their mail. `{id}` stands for the request's id.
   * @default this Gatehouse's console, if any
   */
  readonly consoleUrl?: string;
  /**
   * True if approvers decide, and sponsors renew access, by a link in their mail without signing in. Anyone who has the mail can decide:
   * docs/mail.md. An object gives the page your own domain, with a certificate in the stack's region: `{ domainName: "approve.contoso.com",
   * certificateArn }`.
   * @default false
   */
  readonly decideFromMail?: boolean | MailDecisionsDomain;
  /**
   * The name of an SES configuration set of your own, in the stack's region. The stack adds an event destination to it.
   * @default a set of the stack
   */
  readonly configurationSet?: string;
  /** Your own texts, by name: one for all languages, or one for each. Languages that a text omits keep the default text. @default none */
  readonly texts?: Readonly<Partial<Record<WordingName, Text>>>;
}

const mailText = v.optional(
  v.custom<Text>(
    (input) => saysSomething(input) && languageFlaw(input) === undefined,
    "a text, or one for each language, by its tag, such as ko or pt-BR",
  ),
);

const hostName = textFitting("a host name in lower case, such as approve.contoso.com", HOST_NAME);

// Approvers follow the link to let people in, so it must be secure.
// SES's own limits.
const options = optionSchema<ApprovalMailOptions>({
  approverLanguage: v.optional(
    textFitting('a language tag, such as "en" or "pt-BR"', (language) => languageFlaw({ [language]: "" }) === undefined),
  ),
  consoleUrl: v.optional(
    textFitting(
      'an https address, such as "https://console.contoso.com/approvals"',
      (url) => URL.canParse(url) && new URL(url).protocol === "https:",
    ),
  ),
  decideFromMail: v.optional(
    v.union([v.boolean(), optionSchema<MailDecisionsDomain>({ domainName: hostName, ...domainCertificateOptions })]),
  ),
  configurationSet: v.optional(
    textFitting("the name of a configuration set, of letters, digits, - and _", (name) => /^[\w-]{1,64}$/.test(name)),
  ),
  texts: v.optional(
    optionSchema<Partial<Record<WordingName, Text>>>(
      Object.fromEntries(Object.keys(mailTexts).map((name) => [name, mailText])) as Record<WordingName, typeof mailText>,
    ),
  ),
});

export interface ApprovalMailOption {
  /**
   * Mail to approvers and applicants; false for none. See docs/mail.md.
   * @default mail to approvers in English, to applicants in their own language
   */
  readonly approvalMail?: false | ApprovalMailOptions;
}

export const approvalMailFeature: StackFeature<ApprovalMailOption, ApprovalMail> = {
  order: 57,
  name: "approval-mail",
  options: optionSchema<ApprovalMailOption>({ approvalMail: v.optional(v.union([v.literal(false), options])) }),
  servedLocally: ({ approvalMail: mailOptions }) =>
    mailOptions === false ? {} : { approvalMail: { ...mailOptions, decideFromMail: true } },
  wanted: (facts, { approvalMail: mailOptions }) => mailOptions !== false && asksForApproval(facts),
  build(scope, { approvalMail: mailOptions }) {
    const pages = scope.built(consoleFeature);
    const chosen = mailOptions || {};
    const consoleUrl = chosen.consoleUrl ?? (pages && `${pages.url}/approvals/requests/{id}`);
    pages?.function.addEnvironment(mailEnvironment.sendsMail, "true");
    return new ApprovalMail(scope, "ApprovalMail", { ...chosen, ...(consoleUrl !== undefined && { consoleUrl }) });
  },
};

/** An application with a user flow: at Microsoft's own, nobody can sign up. */
const SIGN_UP_URL = "https://app.contoso.com/";
const shape = { mailFrom: "sign-up@contoso.com", approvers: "it@contoso.com", redirectUrl: SIGN_UP_URL };

// This feature's events come first: another order would change the filter of deployed stacks.
const mailedTypes = Object.entries<EventKinds[string]>({ ...ownEvents, ...eventKinds }).flatMap(([type, { mail }]) =>
  mail === undefined ? [] : [type],
);

const TIMEOUT = Duration.seconds(60);
/** A decision taken back within this time causes no mail. */
const REGRET = Duration.seconds(60);
/** Events are collected for this long, so that one mail can list many requests. */
const WINDOW = Duration.seconds(60);
const BATCH_SIZE = 100;
/** The time until redelivery. Lambda recommends six times the function's timeout, plus the window. */
const PAUSE = Duration.minutes(7);
/** A message that cannot be sent reaches the dead-letter queue within an hour, and the queue's alarm rings. */
const TRIES = 8;
/** Two times `PAUSE`, plus `WINDOW` and `REGRET`. The alarm rings if a mail waits longer. */
const LONGEST_WAIT = Duration.minutes(16);
/** Lambda's minimum, although two concurrent runs can split one mail into two. */
const CONCURRENCY = 2;

/** Sends mail to approvers about new requests, to applicants about the result, and to colleagues about assignments. */
export class ApprovalMail extends Construct {
  readonly function: LambdaFunction;
  readonly events: EventQueue;
  readonly reports: MailEvents;
  /** Undefined unless configured. */
  readonly decisions: MailDecisions | undefined;

  constructor(gatehouse: GateScope, id: string, options: ApprovalMailOptions) {
    super(gatehouse, id);
    const { approvals: table } = gatehouse.tables;
    const { approverLanguage, consoleUrl, decideFromMail = false, texts, configurationSet } = options;
    const domain = typeof decideFromMail === "object" ? decideFromMail : undefined;
    this.decisions = decideFromMail ? new MailDecisions(gatehouse, "MailDecisions", { consoleUrl, domain }) : undefined;
    this.reports = new MailEvents(gatehouse, `${id}Reports`, configurationSet);
    this.events = new EventQueue(gatehouse, `${id}Events`, {
      eventPattern: {
        detailType: mailedTypes,
      },
      visibilityTimeout: PAUSE,
      maxReceives: TRIES,
      deliveryDelay: REGRET,
    });
    const settings = filledInSecret(this, "Settings", { description: "Gatehouse: mail about approvals", shape });
    gatehouse.addOutput(
      "ApprovalMailSecret",
      settings.secretArn,
      "The secret with the addresses of mail about approvals, to be filled in as docs/mail.md says",
    );
    this.function = featureFunction(gatehouse, this, "Function", {
      description: "Sends mail about approvals",
      entry: "approvals/approval-mail",
      environment: {
        [mailEnvironment.configurationSet]: this.reports.configurationSet,
        ...(approverLanguage !== undefined && {
          [mailEnvironment.approverLanguage]: String(readTag(approverLanguage) ?? approverLanguage),
        }),
        ...(consoleUrl !== undefined && { [mailEnvironment.consoleUrl]: consoleUrl }),
        ...(this.decisions && { [mailEnvironment.decideUrl]: this.decisions.url }),
      },
      timeout: TIMEOUT,
      define: { [`process.env.${mailEnvironment.texts}`]: textsAsDefine(gatehouse.facts.policy, texts) },
    });
    gatehouse.alarms.alarmOnCount("MailsRefused", "SES refused a mail about an approval.");
    gatehouse.alarms.alarmOnWaiting("MailLag", this.events.queue, LONGEST_WAIT, "Mails about approvals wait to be sent.");
    grantSecret(this.function, workerEnvironment.approvalMailSecret, settings);
    this.grantLedger(gatehouse);
    table.grantRows(this.function, "BatchGetItem");
    // The function writes the hashes of links' secrets, but cannot change a request's state or decision.
    if (this.decisions !== undefined) table.grantCells(this.function, mailSecretColumns);
    this.grantSend();
    // Waiting mails go on by a schedule that the stack has anyway. The function itself keeps to a quarter of an hour.
    gatehouse.built(approvalsFeature)?.schedule.addTarget(new FunctionTarget(this.function));
    watchSettings(gatehouse);
    gatehouse.watched.push(this.function, ...(this.decisions ? [this.decisions.function] : []));
    this.function.addEventSource(
      new SqsEventSource(this.events.queue, {
        batchSize: BATCH_SIZE,
        maxBatchingWindow: WINDOW,
        maxConcurrency: CONCURRENCY,
        reportBatchItemFailures: true,
      }),
    );
    Validations.of(this.function).acknowledge({
      id: "Serverless-LambdaEventSourceMappingDestination",
      reason: "What fails goes to the queue's own dead-letter queue.",
    });
  }

  private grantLedger(gatehouse: GateScope): void {
    const { ledger, decisions } = gatehouse.tables;
    // The function reads delegations because delegates get mail too. It reads tasks because an operator can undo an order for mail after an
    // outage, and an assignment whose mail waits.
    ledger.grantRowsUnder(this.function, [DELEGATIONS_ID, `${TASK_PREFIX}about/`], "GetItem");
    // These rows prevent that a mail is sent twice. The function overwrites them, and never reads or deletes them.
    ledger.grantRowsUnder(this.function, MAIL_PREFIX, "PutItem");
    // Mails that wait until the sender's fault is mended.
    ledger.grantRowsUnder(this.function, WAITING_PREFIX, "BatchGetItem", "GetItem", "PutItem");
    // What became of mails. Their readers are named by keyed hashes.
    ledger.grantRowsUnder(this.function, SENT_PREFIX, "PutItem");
    ledger.grantRowsUnder(this.function, [ABOUT_PREFIX, BACK_PREFIX], "UpdateItem");
    // Nothing is noted about people who were erased meanwhile.
    ledger.grantRowsUnder(this.function, FORGOTTEN_PREFIX, "BatchGetItem");
    gatehouse.records.grantPersonKey(this.function);
    // Other systems hear of mails that wait or are not sent, as they hear from the function that SES reports to.
    gatehouse.records.grantPut(this.function);
    // A mail about a partner's domain that waited is not sent if the domain's state has changed since.
    if (gatehouse.facts.workers.has("partners")) decisions.grantRowsUnder(this.function, PARTNER, "BatchGetItem");
    // Somebody whom an outage turned away gets no mail that waited if they have come meanwhile, or the system fails again. Only the console
    // orders such mails. The rows of people's decisions have no key that names a kind, so the function may read every decision.
    if (gatehouse.built(consoleFeature) !== undefined) {
      ledger.grantRowsUnder(this.function, COUNTS_PREFIX, "BatchGetItem");
      decisions.grantRows(this.function, "BatchGetItem");
      decisions.grantQuery(this.function, decisionIndexes.domain);
    }
    grantWorkNotes(gatehouse, this.function, "mails");
  }

  /** If an identity has a default configuration set, SES requires permission for both. */
  private grantSend(): void {
    const kinds = ["identity", "configuration-set"];
    const resources = kinds.map((resource) => Stack.of(this).formatArn({ service: "ses", resource, resourceName: "*" }));
    this.function.addToRolePolicy(new PolicyStatement({ actions: ["ses:SendEmail"], resources }));
    this.function.addToRolePolicy(new PolicyStatement({ actions: ["ses:GetAccount"], resources: ["*"] }));
    if (this.function.role === undefined) return;
    Validations.of(this.function.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason: "ses:GetAccount takes no resource. It says whether the account may send, and how fast.",
    });
    for (const kind of kinds) {
      Validations.of(this.function.role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${nagPlace(this, "ses")}:${kind}/*]`,
        reason: "The secret, which is filled in after deployment, names the identity that sends.",
      });
    }
  }
}

function textsAsDefine(policy: readonly PolicyStep[], ownTexts: Readonly<Record<string, Text>> = {}): string {
  const texts = policyFeatures.reduce((before, feature) => feature.mailTexts?.(policy, before) ?? before, ownTexts);
  return JSON.stringify(encodeURIComponent(JSON.stringify(texts)));
}
