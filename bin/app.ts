import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { GatehouseStack } from "../lib/gatehouse-stack";
import { loadPolicyFolder, PolicyError } from "../lib/policy-folder/policy-folder";
import { checkPolicyTypes } from "../lib/policy-folder/policy-types";

try {
  const app = new App();
  const folder: string = app.node.tryGetContext("policy") ?? "policy";
  checkPolicyTypes(folder);
  new GatehouseStack(app, "Gatehouse", {
    policy: loadPolicyFolder(folder),
    ...(app.node.tryGetContext("console") === "local" && { console: { tenantId: "local", clientId: "gatehouse-console" } }),
    // Options, each explained in lib/gatehouse-stack.ts:
    // alarmEmail: "it@contoso.com",
    // webhooks: [{ name: "siem", url: "https://siem.contoso.com/gatehouse" }],
    // eventArchiveDays: 365,
    // dashboard: true,
    // tracing: true,
    // waf: true,
    // fixedOutgoingAddress: true,
    // console: { tenantId: "contoso.onmicrosoft.com", clientId: "00000000-0000-0000-0000-000000000000" },
    // decisionDays: 90,
    // logRetention: RetentionDays.ONE_YEAR, // of aws-cdk-lib/aws-logs
    // approvalMail: { approverLanguage: "ko" },
    // runbookUrl: "https://wiki.contoso.com/gatehouse/runbook",
    // rateLimit: 50,
    // customDomain: {
    //   domainName: "signup.contoso.com",
    //   certificateArn: "arn:aws:acm:…",
    //   trustStore: { bucketName: "contoso-trust", key: "authorities.pem" },
    // },
  });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
} catch (error) {
  if (!(error instanceof PolicyError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
