import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Aws, Duration, Validations } from "aws-cdk-lib";
import { HttpMethod, PayloadFormatVersion } from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import { Stats } from "aws-cdk-lib/aws-cloudwatch";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import * as v from "valibot";
import { SESSION_PREFIX, TASK_PREFIX } from "../../adapters/tables/tables";
import { WORK_PREFIX } from "../../adapters/tables/work-notes";
import { consoleVariables } from "../../console/app/ports";
import { openPaths } from "../../console/session/roles";
import { GUID } from "../../engine/directory-account";
import { createTextSchema, wholeNumber } from "../../engine/fields";
import { optionSchema } from "../../engine/option-schema";
import { DEFAULT_GATE } from "../../engine/sign-up/gate";
import { unwrapRule } from "../../engine/sign-up/policy";
import { type Step, steps } from "../../engine/sign-up/sign-up";
import { SetupError } from "../errors";
import type { GateScope, StackFeature } from "../feature";
import { PERIOD } from "../operations/alarms";
import { textFitting } from "../options";
import type { Gate } from "../policy-folder/gates";
import { sourceFile } from "../resources/bundle";
import { type DomainCertificate, domainCertificateOptions, type HostedZoneOption, hostedZoneOption } from "../resources/domain-options";
import { startEvery } from "../resources/event-rules";
import { featureWorker, gatehouseFunction } from "../resources/gatehouse-function";
import { HOST_NAME, HttpApiDomain, LoggedHttpApi, pathlessLogFields, STRANGERS_LIMIT } from "../resources/http-api";
import { filledInSecret, generatedSecret, grantSecret } from "../resources/secrets";
import { rulesDefines } from "../sign-up/step-bundle";
import { LOCAL_CONSOLE } from "../stage";

/** The Entra application that operators sign in to: docs/console.md. Nothing here is secret. */
export interface ConsoleOptions extends DomainCertificate {
  /** The tenant's id or domain; with an `authority`, its id. `common` or a similar name is not possible, because it would let in accounts of other tenants. */
  readonly tenantId: string;
  /** The application's (client) id. */
  readonly clientId: string;
  /** The tenant's sign-in address. A national cloud has another address. @default "https://login.microsoftonline.com" */
  readonly authority?: string;
  /**
   * Maximum number of requests in one second from everybody together, strangers included; twice as many in a burst. The console limits each
   * client without a session to 5. If `rateLimit` is low, one client can lock out all others.
   * @default 500
   */
  readonly rateLimit?: number;
  /**
   * Your own domain. Point it, with a CNAME record, at the stack's output ConsoleDomainTarget, or give `hostedZone`. With your own domain,
   * API Gateway's address is off.
   * @default API Gateway's address
   */
  readonly domainName?: string;
  /**
   * The public hosted zone of the domain in Route 53, by its id or as a construct: the stack makes the domain's record.
   * @default you make the record
   */
  readonly hostedZone?: HostedZoneOption;
  /**
   * "dangerous": another Administrator confirms edits of the access list that affect many people.
   * @default the operator confirms by typing the entry
   */
  readonly secondPerson?: "dangerous";
}

/** Any tenant can give its own accounts any role, so with these names anybody could become Administrator. */
const MANY_TENANTS: readonly string[] = ["common", "organizations", "consumers"];

const options = optionSchema<ConsoleOptions>({
  tenantId: textFitting(
    'one tenant\'s id or domain, such as "contoso.onmicrosoft.com": another name lets accounts of other tenants in',
    (id) => id.trim() !== "" && !MANY_TENANTS.includes(id.trim().toLowerCase()),
  ),
  clientId: createTextSchema(),
  authority: v.optional(createTextSchema()),
  rateLimit: v.optional(wholeNumber("", 1)),
  domainName: v.optional(textFitting("a host name in lower case, such as console.contoso.com", HOST_NAME)),
  hostedZone: v.optional(hostedZoneOption),
  ...domainCertificateOptions,
  secondPerson: v.optional(v.picklist(["dangerous"])),
});

export interface ConsoleOption {
  /**
   * Web pages for operators, who sign in with Entra: docs/console.md.
   * @default none
   */
  readonly console?: ConsoleOptions;
}

export const consoleFeature: StackFeature<ConsoleOption, Console | undefined> = {
  order: 48,
  name: "console",
  options: optionSchema<ConsoleOption>({ console: v.optional(options) }),
  servedLocally: ({ console: consoleOptions }) => ({ console: { ...consoleOptions, ...LOCAL_CONSOLE } }),
  build: (scope, { console: consoleOptions }) => consoleOptions && new Console(scope, "Console", consoleOptions),
  grantPages: grantOwnPages,
};

function grantOwnPages(pages: LambdaFunction, { records, tables: { profiles, referenceData, ledger } }: GateScope): void {
  // Before an edit of the list, the pages apply the policy to recorded decisions. The policy's rules may read rows of any table.
  profiles.grantRows(pages, "BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Scan", "UpdateItem");
  referenceData.grantRows(pages, "BatchGetItem", "DeleteItem", "GetItem", "PutItem", "Query", "Scan", "UpdateItem");
  // An export of a person reads the whole table.
  ledger.grantRows(pages, "BatchGetItem", "GetItem", "Scan");
  // Sessions and their ends; owners, notes, snoozed tasks and finished tasks. The pages may not write used codes.
  ledger.grantRowsUnder(pages, [SESSION_PREFIX, TASK_PREFIX], "PutItem", "UpdateItem");
  // Lets the console note an event that the bus did not take, and with it a mail.
  ledger.grantRowsUnder(pages, `${WORK_PREFIX}console-events`, "PutItem");
  records.grantPersonKey(pages);
  records.grantPut(pages);
}

const DEFAULT_AUTHORITY = "https://login.microsoftonline.com";
const SESSION_KEY_LENGTH = 64;

/** Lambda's maximum. */
const JOB_TIMEOUT = Duration.minutes(15);
/** A worker of jobs runs this often, to begin or continue work that was not started or was interrupted. */
const JOB_EVERY = Duration.minutes(5);

interface JobWorker {
  readonly description: string;
  readonly entry: string;
  /** The thing whose row holds the job, as texts name it. */
  readonly row: string;
  readonly schedule: { readonly id: string; readonly description: string };
}

/** The operators' console: an HTTP API and a function, with their own permissions. */
export class Console extends Construct {
  readonly function: LambdaFunction;
  readonly api: LoggedHttpApi;
  /** The console's address, without a slash at the end; on the custom domain if there is one. */
  readonly url: string;
  /** JSON. Somebody fills in its member `clientSecret` once. */
  readonly clientSecret: ISecret;
  /** One statement for all workers: a role's policy has limited room. */
  private starts: PolicyStatement | undefined;

  constructor(
    private readonly gatehouse: GateScope,
    id: string,
    props: ConsoleOptions,
  ) {
    super(gatehouse, id);
    assertDomain(props);
    // `npm start` replaces the tenant by its own.
    if (!gatehouse.facts.servedLocally) assertTenant(props);
    this.clientSecret = filledInSecret(this, "ClientSecret", {
      description: "Gatehouse console: the Entra application's client secret",
      shape: { clientSecret: "the client secret's value" },
    });
    this.function = this.makeFunction(props);
    for (const feature of gatehouse.features) feature.grantPages?.(this.function, gatehouse);
    // `npm start` has no alarms and no template.
    if (!gatehouse.facts.servedLocally) this.grantStack();
    this.api = this.makeApi(props);
    this.url = this.makeUrl(props);
    gatehouse.alarms.alarmOn("ConsoleErrors", {
      // Includes the gateway's answers after a crash of the function.
      metric: this.api.metricServerError({ period: PERIOD, statistic: Stats.SUM }),
      what: "A page of the console could not be shown, or a change not be made.",
    });
    this.addOutputs();
  }

  private makeFunction(props: ConsoleOptions): LambdaFunction {
    const { authority = DEFAULT_AUTHORITY, tenantId, clientId, secondPerson } = props;
    const { gates } = this.gatehouse.facts;
    const sessionKey = generatedSecret(this, "SessionKey", {
      description: "Keys the cookies of Gatehouse's console; a new value signs everybody out",
      length: SESSION_KEY_LENGTH,
      notRotatedBecause: "A new value ends every session: rotated when somebody wants that, not by the calendar.",
    });
    const [unnamed] = gates;
    const findPolicyFile = (step: Step) =>
      unnamed?.policy.find((each) => each.step === step)?.file ?? sourceFile("console", "app", "no-step");
    const all = gates.flatMap(({ policy }) => policy);
    const lambda = withGatePolicies(gates, (gatePolicies) =>
      gatehouseFunction(this, "Function", {
        ...this.gatehouse.functionDefaults,
        description: "The operators' web pages",
        entry: sourceFile("lambda", "console"),
        // The page "What would happen to …" runs the rules of all steps.
        aliases: {
          ...Object.fromEntries(steps.map((step) => [`#policy/${step}`, findPolicyFile(step)])),
          "#gates": gatePolicies,
        },
        define: rulesDefines(all.flatMap((each) => each.policy.rules.map(unwrapRule))),
        // Reports of a failed sign-in have the class names of the sign-in library's errors.
        keepNames: true,
        environment: {
          [consoleVariables.consoleIssuer]: `${authority}/${tenantId}/v2.0`,
          [consoleVariables.consoleClientId]: clientId,
          ...(secondPerson !== undefined && { [consoleVariables.consoleSecondPerson]: secondPerson }),
        },
        timeout: Duration.seconds(29),
      }),
    );
    grantSecret(lambda, consoleVariables.consoleClientSecret, this.clientSecret);
    grantSecret(lambda, consoleVariables.consoleSessionKey, sessionKey);
    return lambda;
  }

  /** Makes a function that goes on with jobs. The console starts it, and a schedule, for jobs whose process was killed. */
  makeJobWorker(id: string, { description, entry, row, schedule }: JobWorker): LambdaFunction {
    const worker = featureWorker(this.gatehouse, this, id, { description, entry, timeout: JOB_TIMEOUT });
    worker.configureAsyncInvoke({ retryAttempts: 0 });
    Validations.of(worker).acknowledge({
      id: "Serverless-LambdaAsyncFailureDestination",
      reason: `What is to be done is in the ${row}'s row: the next start goes on, and the console shows how far it is.`,
    });
    startEvery(JOB_EVERY, worker, this, { ...schedule, standby: this.gatehouse.standby });
    this.grantStart(worker);
    return worker;
  }

  /** Lets the console start a worker. `grantInvoke` would also permit every version of the worker. */
  grantStart({ functionArn }: LambdaFunction): void {
    if (this.starts !== undefined) {
      this.starts.addResources(functionArn);
      return;
    }
    this.starts = new PolicyStatement({ actions: ["lambda:InvokeFunction"], resources: [functionArn] });
    this.function.addToRolePolicy(this.starts);
  }

  /** The inbox shows which alarms ring. A decision's page shows the commit of the decision's policy version. */
  private grantStack(): void {
    this.function.addEnvironment(consoleVariables.alarmStack, Aws.STACK_NAME);
    this.function.addToRolePolicy(new PolicyStatement({ actions: ["cloudformation:GetTemplateSummary"], resources: [Aws.STACK_ID] }));
    this.function.addToRolePolicy(new PolicyStatement({ actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] }));
    if (this.function.role === undefined) return;
    Validations.of(this.function.role).acknowledge({
      id: "AwsSolutions-IAM5[Resource::*]",
      reason:
        "cloudwatch:DescribeAlarms by the beginning of a name is allowed for all alarms or for none. It reads names, texts and states.",
    });
  }

  private addOutputs(): void {
    const redirectUrl = `${this.url}/sign-in/callback`;
    this.gatehouse.addOutput("ConsoleUrl", this.url, "The console for operators");
    this.gatehouse.addOutput("ConsoleRedirectUrl", redirectUrl, "Redirect URI of the Entra application that operators sign in to");
    this.gatehouse.addOutput("ConsoleSecret", this.clientSecret.secretArn, "The secret that holds the Entra application's client secret");
  }

  private makeUrl({ domainName, hostedZone, certificate, certificateArn }: ConsoleOptions): string {
    if (domainName === undefined) return this.api.apiEndpoint;
    const domain = { domainName, hostedZone, certificate, certificateArn, option: "console", output: "ConsoleDomainTarget" };
    new HttpApiDomain(this.gatehouse, this, "Domain", { api: this.api, ...domain });
    return `https://${domainName}`;
  }

  private makeApi({ rateLimit = STRANGERS_LIMIT.rateLimit, domainName }: ConsoleOptions): LoggedHttpApi {
    const pages = new HttpLambdaIntegration("Pages", this.function, { payloadFormatVersion: PayloadFormatVersion.VERSION_2_0 });
    const api = new LoggedHttpApi(this.gatehouse, this, "Api", {
      description: "Gatehouse's console for operators",
      rateLimit,
      burstLimit: rateLimit * 2,
      logFields,
      disableExecuteApiEndpoint: domainName !== undefined,
      defaultIntegration: pages,
    });
    // Strangers can call these routes. With their own limit, a flood does not use up the limit of people who have signed in.
    for (const path of openPaths) api.addLimitedRoute(HttpMethod.GET, path, pages, STRANGERS_LIMIT);
    api.acknowledgeOpenRoutes("The function itself checks the session of every page: an authorizer cannot send people to Entra's sign-in.");
    return api;
  }
}

/**
 * Entra's metadata names the issuer by the tenant's id, whatever the address has. The sign-in library (openid-client) accepts another
 * issuer only from the global cloud.
 */
function assertTenant({ authority = DEFAULT_AUTHORITY, tenantId }: ConsoleOptions): void {
  if (/^https:\/\/login\.chinacloudapi\.cn\b/i.test(authority)) {
    throw new SetupError(
      `console.authority is ${JSON.stringify(authority)}: each sign-in would fail, because Entra names another issuer there. Write "https://login.partner.microsoftonline.cn".`,
    );
  }
  if (authority === DEFAULT_AUTHORITY || GUID.test(tenantId)) return;
  throw new SetupError(
    `console.tenantId is ${JSON.stringify(tenantId)}: with the authority ${authority}, each sign-in fails unless tenantId is the tenant's id. Copy the tenant ID from the tenant's overview in Entra.`,
  );
}

function assertDomain({ domainName, hostedZone, certificateArn, certificate }: ConsoleOptions): void {
  if (domainName === undefined && hostedZone !== undefined)
    throw new SetupError("console.hostedZone needs console.domainName, whose record it is for.");
  if ((domainName === undefined) === ((certificateArn ?? certificate) === undefined)) return;
  throw new SetupError("console.domainName and its certificate (certificateArn) go together: give both, or neither.");
}

const logFields = {
  ...pathlessLogFields,
  bytes: "$context.responseLength",
  integrationError: "$context.integrationErrorMessage",
};

/**
 * Calls `bundle` with a module that exports each named gate's policies.
 * @param bundle must read the module before it returns: the module is then deleted
 */
export function withGatePolicies<T>(gates: readonly Gate[], bundle: (module: string) => T): T {
  const namedGates = gates.filter(({ name }) => name !== DEFAULT_GATE);
  if (namedGates.length === 0) return bundle(sourceFile("console", "app", "no-gates"));
  const folder = mkdtempSync(join(tmpdir(), "gatehouse-gates-"));
  try {
    const module = join(folder, "gates.js");
    writeFileSync(module, buildPoliciesSource(namedGates));
    return bundle(module);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function buildPoliciesSource(namedGates: readonly Gate[]): string {
  // The step `before-sending-token` refuses no one, so the pages do not need its policy.
  const gates = namedGates.map(({ name, policy }) => ({ name, policy: policy.filter(({ step }) => step !== "before-sending-token") }));
  const files = [...new Set(gates.flatMap(({ policy }) => policy.map(({ file }) => file)))];
  const imports = files.map((file, index) => `import policy${index} from ${JSON.stringify(file)};`);
  const members = gates.map(({ name, policy }) => {
    const policies = policy.map(({ file }) => `policy${files.indexOf(file)}`);
    return `${JSON.stringify(name)}: [${policies.join(", ")}]`;
  });
  return [...imports, `export default { ${members.join(", ")} };`, ""].join("\n");
}
