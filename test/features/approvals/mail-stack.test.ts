import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Match } from "aws-cdk-lib/assertions";
import { MAIL_PREFIX } from "../../../adapters/mail/mail-sending";
import { ABOUT_PREFIX, BACK_PREFIX } from "../../../adapters/mail/mail-states";
import { TASK_PREFIX } from "../../../adapters/tables/tables";
import { ApprovalMail, type ApprovalMailOptions } from "../../../features/approvals/stack/approval-mail";
import { DELEGATIONS_ID } from "../../../features/approvals/store/delegations";
import type { Gatehouse } from "../../../lib/gatehouse";
import { askInChat } from "../../../samples/ask-in-chat";
import { synthesize } from "../../support/synth";

const console = { tenantId: "contoso.onmicrosoft.com", clientId: "the-client" };
const withMail =
  (options: ApprovalMailOptions = {}) =>
  (gatehouse: Gatehouse) => {
    new ApprovalMail(gatehouse, "Mail", options);
  };

interface Resource {
  readonly Properties: Record<string, unknown>;
}

describe("mail about approvals", () => {
  const { template, warnings } = synthesize({ add: withMail() });
  const resources = (type: string) => Object.values(template.findResources(type)) as Resource[];

  it("causes no warning", () => expect(warnings).toEqual([]));

  it("is triggered by the events that it sends mail about, and by no others", () => {
    template.hasResourceProperties("AWS::Events::Rule", {
      EventPattern: {
        source: ["gatehouse"],
        "detail-type": [
          ...["account.created.v1", "approval.decided.v1", "approval.expired.v1", "approval.requested.v1", "approval.stage.v1"],
          ...[
            "invitation.sent.v1",
            "access.changed.v1",
            "sponsor.changed.v1",
            "sign-up.works-again.v1",
            "partner.changed.v1",
            "task.assigned.v1",
          ],
        ],
      },
    });
  });

  it("collects requests for a minute, and may fail in the middle of a batch", () => {
    template.hasResourceProperties("AWS::Lambda::EventSourceMapping", {
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 60,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    // Six times the function's timeout, and the window.
    template.hasResourceProperties("AWS::Lambda::Function", { Description: "Sends mail about approvals", Timeout: 60 });
    template.hasResourceProperties("AWS::SQS::Queue", { VisibilityTimeout: 420, RedrivePolicy: { maxReceiveCount: 8 } });
  });

  it("may send by SES, record and publish what became of its mails, and read its queue, its settings and decisions, but nothing else", () => {
    const statements = resources("AWS::IAM::Policy")
      .filter(({ Properties }) => String(Properties.PolicyName).startsWith("MailFunction"))
      .flatMap(
        ({ Properties }) => (Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown }[] }).Statement,
      );
    expect(statements.flatMap(({ Action }) => Action).sort()).toEqual([
      "dynamodb:BatchGetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:GetItem",
      "dynamodb:GetItem",
      "dynamodb:GetItem",
      "dynamodb:PutItem",
      "dynamodb:PutItem",
      "dynamodb:PutItem",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "events:PutEvents",
      "logs:CreateLogStream",
      "logs:PutLogEvents",
      "secretsmanager:DescribeSecret",
      "secretsmanager:GetSecretValue",
      "ses:GetAccount",
      "ses:SendEmail",
      "sqs:ChangeMessageVisibility",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ReceiveMessage",
    ]);
    // Who decides for whom, which mailings and assignments were undone, and nothing else of the ledger.
    expect(statements.find(({ Action }) => Action === "dynamodb:GetItem")).toMatchObject({
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${DELEGATIONS_ID}*`, `${TASK_PREFIX}about/*`] } },
    });
    // Which mails went out, and nothing else of the ledger either.
    expect(statements.find(({ Action }) => Action === "dynamodb:PutItem")).toMatchObject({
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${MAIL_PREFIX}*`] } },
    });
    // Whether its mails went out.
    expect(JSON.stringify(statements)).toContain('"dynamodb:LeadingKeys":["work/mails*"]');
    const { Resource: targets } = statements.find(({ Action }) => Action === "ses:SendEmail") ?? {};
    expect(JSON.stringify(targets)).toMatch(/:configuration-set\/\*.*:identity\/\*/);
    expect(JSON.stringify(targets)).toContain('{"Ref":"AWS::AccountId"}');
  });

  it("hears from SES, on the account's bus, what becomes of its own mails, and of no other mail", () => {
    template.hasResourceProperties("AWS::SES::ConfigurationSetEventDestination", {
      ConfigurationSetName: { Ref: Match.stringLikeRegexp("^MailReportsSet") },
      EventDestination: { Enabled: true, MatchingEventTypes: ["REJECT", "BOUNCE", "COMPLAINT", "DELIVERY", "DELIVERY_DELAY"] },
    });
    template.hasResourceProperties("AWS::Events::Rule", {
      EventBusName: Match.absent(),
      EventPattern: {
        source: ["aws.ses"],
        $or: [
          {
            detail: {
              eventType: ["Reject", "Bounce", "Complaint", "Delivery", "DeliveryDelay"],
              mail: { tags: { "ses:configuration-set": [{ Ref: Match.stringLikeRegexp("^MailReportsSet") }] } },
            },
          },
          // Not of a tenant, nor of another set of the account.
          {
            "detail-type": ["Sending Status Disabled", "Sending Status Enabled"],
            resources: [{ "Fn::Join": ["", Match.arrayWith([":configuration-set/", { Ref: Match.stringLikeRegexp("^MailReportsSet") }])] }],
          },
        ],
      },
    });
  });

  it("hears by a configuration set of the app's own, if the settings name one", () => {
    const { template: own } = synthesize({ add: withMail({ configurationSet: "gatehouse-mail" }) });
    own.resourceCountIs("AWS::SES::ConfigurationSet", 0);
    own.hasResourceProperties("AWS::SES::ConfigurationSetEventDestination", { ConfigurationSetName: "gatehouse-mail" });
    own.hasResourceProperties("AWS::Lambda::Function", { Environment: { Variables: { MAIL_CONFIGURATION_SET: "gatehouse-mail" } } });
  });

  it("needs at most nine resources to hear what becomes of its mails, and to tell that SES takes none", () => {
    const ids = Object.keys(template.toJSON().Resources as object).filter((id) => /^(MailReports|AlarmsMailsRefused)/.test(id));
    expect(ids).toContainEqual(expect.stringMatching(/^MailReportsFunction/));
    expect(ids.length).toBeLessThanOrEqual(9);
  });

  it("raises an alarm if a mail is refused or given up", () => {
    const alarms = resources("AWS::CloudWatch::Alarm").map(({ Properties }) => String(Properties.AlarmDescription));
    expect(alarms.filter((text) => text.endsWith("#mails-refused"))).toHaveLength(1);
    expect(alarms.filter((text) => text.endsWith("#event-queue-dead-letters"))).toHaveLength(1);
  });
});

describe("decisions from mail", () => {
  const { template, warnings } = synthesize({
    folder: "samples/policies/expiry",
    approvalMail: { decideFromMail: true, consoleUrl: "https://console.contoso.com/{id}" },
    add: (gatehouse) => askInChat(gatehouse, "teams"),
  });
  const policies = (name: string) =>
    (Object.values(template.findResources("AWS::IAM::Policy")) as Resource[])
      .filter(({ Properties }) => String(Properties.PolicyName).startsWith(name))
      .flatMap(
        ({ Properties }) =>
          (Properties.PolicyDocument as { Statement: { Action: string | string[]; Resource: unknown; Condition?: object }[] }).Statement,
      );

  it("are off unless configured", () => {
    const { template: plain } = synthesize({ add: withMail() });
    expect(JSON.stringify(plain.toJSON())).not.toMatch(/MailDecisions|DECIDE_URL|UpdateItem.*mailSecrets/);
  });

  it("cause no warning, and have no unacknowledged finding", () => expect(warnings).toEqual([]));

  it("let the mailing function write hashes into requests and accounts, what became of mails, and nothing else", () => {
    const updates = policies("ApprovalMailFunction").filter(({ Action }) =>
      [Action].flat().some((action) => /dynamodb:(?!BatchGetItem|GetItem|PutItem)/.test(action)),
    );
    expect(updates).toMatchObject([
      {
        Action: "dynamodb:UpdateItem",
        Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${ABOUT_PREFIX}*`, `${BACK_PREFIX}*`] } },
      },
      {
        Action: "dynamodb:UpdateItem",
        Condition: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "turn", "mailSecrets"] } },
      },
      {
        Action: "dynamodb:UpdateItem",
        Condition: { "ForAllValues:StringEquals": { "dynamodb:Attributes": ["id", "turn", "renewalLink"] } },
      },
    ]);
  });

  it("have a function that only reads and writes single requests and accounts, and adds to the audit trail", () => {
    const granted = policies("MailDecisionsFunction").filter(({ Action }) => JSON.stringify(Action).includes("dynamodb"));
    expect(granted.map(({ Action, Resource }) => [/"(\w+?)[0-9A-F]{8}"/.exec(JSON.stringify(Resource))?.[1], Action])).toEqual([
      ["Approvals", ["dynamodb:BatchGetItem", "dynamodb:PutItem"]],
      ["Ledger", "dynamodb:GetItem"],
      ["Ledger", "dynamodb:BatchGetItem"],
      ["AccessListTable", "dynamodb:BatchGetItem"],
      ["DecisionsTable", "dynamodb:BatchGetItem"],
      ["Accounts", ["dynamodb:GetItem", "dynamodb:PutItem"]],
      ["TrailTable", ["dynamodb:PutItem", "dynamodb:Query"]],
    ]);
    // Who decides for whom, and nothing else of the ledger.
    expect(granted[1]).toMatchObject({ Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [`${DELEGATIONS_ID}*`] } } });
    expect(granted[2]).toMatchObject({
      Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["looks-like/*", "counts/domain/*"] } },
    });
    const others = policies("MailDecisionsFunction").filter((each) => !granted.includes(each));
    expect(others.flatMap(({ Action }) => Action).sort()).toEqual(["logs:CreateLogStream", "logs:PutLogEvents"]);
  });

  it("have no access to accounts unless a policy asks sponsors to renew", () => {
    const { template } = synthesize({ add: withMail({ decideFromMail: true }) });
    expect(JSON.stringify(template.findResources("AWS::IAM::Policy"))).not.toContain("renewalLink");
    template.resourcePropertiesCountIs("AWS::Lambda::Function", { Environment: { Variables: { EXPIRY: Match.anyValue() } } }, 0);
  });

  it("have their own API, whose log contains neither path nor query", () => {
    template.hasResourceProperties("AWS::ApiGatewayV2::Stage", {
      DefaultRouteSettings: { ThrottlingRateLimit: 500, ThrottlingBurstLimit: 1_000 },
      AccessLogSettings: { Format: Match.not(Match.stringLikeRegexp("path|query|referer|routeKey")) },
    });
    const [mail] = Object.values(
      template.findResources("AWS::Lambda::Function", { Properties: { Description: "Sends mail about approvals" } }),
    );
    const url = { "Fn::Join": ["", [{ "Fn::GetAtt": [expect.stringMatching(/^MailDecisionsApi/), "ApiEndpoint"] }, "/decide"]] };
    expect(mail?.Properties.Environment.Variables.DECIDE_URL).toEqual(url);
    expect(Object.values(template.findOutputs("MailDecisionsUrl"))[0]?.Value).toEqual(url);
  });

  it("can have a custom domain, which is then the only one that answers", () => {
    const domain = { domainName: "approve.contoso.com", certificateArn: "arn:aws:acm:eu-west-1:111111111111:certificate/1" };
    const { template, warnings } = synthesize({ add: withMail({ decideFromMail: domain }) });
    expect(warnings).toEqual([]);
    template.hasResourceProperties("AWS::ApiGatewayV2::Api", { DisableExecuteApiEndpoint: true });
    template.hasResourceProperties("AWS::ApiGatewayV2::DomainName", { DomainName: "approve.contoso.com" });
    template.hasResourceProperties("AWS::Lambda::Function", {
      Environment: { Variables: Match.objectLike({ DECIDE_URL: "https://approve.contoso.com/decide" }) },
    });
    expect(Object.keys(template.findOutputs("*"))).toContain("MailDecisionsDomainTarget");
    expect(() => synthesize({ approvalMail: { decideFromMail: { ...domain, domainName: "https://approve" } } })).toThrow(
      /host name in lower case/,
    );
  });

  it("raise an alarm if the page fails", () => {
    template.hasResourceProperties("AWS::CloudWatch::Alarm", { AlarmDescription: Match.stringLikeRegexp("#mail-decision-errors$") });
  });

  it("are announced to a chat with only the request's code, deadline and id", () => {
    const rules = Object.values(template.findResources("AWS::Events::Rule")) as Resource[];
    const [chat] = rules.filter(({ Properties }) => JSON.stringify(Properties).includes("adaptive"));
    expect(JSON.stringify(chat?.Properties.Targets)).not.toMatch(/\$\.detail\.(?!(reference|answerBy|requestId)\b)/);
  });
});

describe("the options of mail", () => {
  it("are passed to the function, with the texts in its bundle", () => {
    const texts = { "denied.text": { en: "Sorry: $HOME `id` \"x\" 'y' \\ é", nl: "Helaas" } };
    const { template, outdir } = synthesize({
      add: withMail({ approverLanguage: "pt-br", consoleUrl: "https://console.contoso.com/", texts }),
      bundle: true,
    });
    const [mail] = Object.values(
      template.findResources("AWS::Lambda::Function", { Properties: { Description: "Sends mail about approvals" } }),
    );
    expect(mail?.Properties.Environment.Variables).toMatchObject({
      APPROVER_LANGUAGE: "pt-BR",
      CONSOLE_URL: "https://console.contoso.com/",
    });
    const code = readFileSync(join(outdir, `asset.${String(mail?.Properties.Code.S3Key).replace(".zip", "")}`, "index.js"), "utf8");
    expect(code.includes(encodeURIComponent(JSON.stringify(texts)))).toBe(true);
    expect(code.includes("process.env.MAIL_TEXTS")).toBe(false);
  });

  it.each([
    { given: "no console", options: {}, links: undefined },
    {
      given: "a console",
      options: { console },
      links: { "Fn::Join": ["", [{ "Fn::GetAtt": [expect.stringMatching(/^ConsoleApi/), "ApiEndpoint"] }, "/approvals/requests/{id}"]] },
    },
    {
      given: "a console, and another page named",
      options: { console, approvalMail: { consoleUrl: "https://desk.contoso.com/" } },
      links: "https://desk.contoso.com/",
    },
  ])("set the page that a mail links to: $given", ({ options, links }) => {
    const { template } = synthesize({ folder: "samples/policies/approval", ...options });
    const [mail] = Object.values(
      template.findResources("AWS::Lambda::Function", { Properties: { Description: "Sends mail about approvals" } }),
    );
    expect(mail?.Properties.Environment.Variables.CONSOLE_URL).toEqual(links);
  });

  it.each([
    { given: "no console", options: {}, isReader: false },
    { given: "a console", options: { console }, isReader: true },
  ])("the function may read decisions and counts only if the console orders mails after an outage: $given", ({ options, isReader }) => {
    const { template } = synthesize({ folder: "samples/policies/approval", ...options });
    const policies = Object.values(template.findResources("AWS::IAM::Policy")) as Resource[];
    const own = JSON.stringify(policies.find(({ Properties }) => String(Properties.PolicyName).startsWith("ApprovalMailFunction")));
    expect([own.includes("/index/by-domain"), own.includes("counts/*")]).toEqual([isReader, isReader]);
  });

  it.each(["http://console.contoso.com/", "console.contoso.com", "javascript:alert(1)"])(
    "are refused at synth if the link is %s",
    (consoleUrl) => {
      expect(() => synthesize({ approvalMail: { consoleUrl } })).toThrow(`consoleUrl is "${consoleUrl}"; it must be an https address`);
    },
  );

  it.each(["german!", "jp", "kr", "it_it_it"])(
    "are refused at synth if the approvers' language is %s, which is no language",
    (approverLanguage) => {
      expect(() => synthesize({ approvalMail: { approverLanguage } })).toThrow(`approverLanguage is "${approverLanguage}"`);
    },
  );

  it.each(["sp", "jp", "it_it_it"])("are refused at synth if a text is in %s, which is no language", (tag) => {
    const texts = { "denied.subject": { en: "No", [tag]: "No" } };
    expect(() => synthesize({ approvalMail: { texts } })).toThrow(
      "it must be a text, or one for each language, by its tag, such as ko or pt-BR",
    );
  });
});
