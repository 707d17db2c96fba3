import { markdownList } from "./schema-tables";

/** Behaviour that no document describes. Only a real account or tenant can confirm it. Documented behaviour is not listed. */
export interface Assumption {
  /** The id, which begins with the topic: "partiql.is-missing". */
  readonly id: string;
  readonly relied: string;
  /** The document that comes closest, or the only report of the behaviour. */
  readonly source: string;
  /** The file that relies on the assumption. */
  readonly file: string;
  /** The consequence if the assumption is false. */
  readonly otherwise: string;
  /** The assumption's test: a recording (`doctor --record`), another command, or by hand. */
  readonly tried: "recording" | { readonly command: string } | { readonly hand: string };
}

/** Columns: kind of test and id, assumption, consequence if it is false, file, source, and the command or the steps by hand. */
const table = [
  "hand partiql.update-absent | UPDATE of a missing row fails with `ConditionalCheckFailed` | Imports restore rows deleted meanwhile | adapters/tables/conditional-batch.ts | nubo-db/dynoxide pull request 150, tried in eu-west-2 | In a scratch table: aws dynamodb batch-execute-statement with an UPDATE of a missing key",
  "hand dynamodb.unprocessed | A read that is too large or throttled lists the unread keys | Sign-ups fail closed while the table is throttled | adapters/tables/table.ts | DynamoDB API, BatchGetItem | npm run test:aws reads 20 MB from Amazon's engine",
  "command dynamodb.index-lag | An index shows a new row within seconds | The console shows decisions late | features/smoke/verbs/record.ts | DynamoDB guide, Global secondary indexes | smoke",
  "hand streams.partial-batch | Lambda repeats from the first failed row, in order | An event is lost, or repeated with the same `id` | adapters/publish-changes.ts | Lambda guide, DynamoDB streams | On a test stage, deny the publisher events:PutEvents, sign up twice, allow it: both events arrive",
  "hand lambda.dns | Functions can ask the DNS for MX, also with `fixedOutgoingAddress` | `mailFacts` finds `unknown` and stops nobody | adapters/dns/exchanges.ts | VPC guide, DNS attributes | Sign up with mailFacts(): why CODE has `found: mx yes`",
  "hand lambda.without-waiting | Invocation type `Event` answers 202 and then runs the function | Shadowed rules leave no outcomes; an alarm rings | adapters/aws/functions.ts | Lambda API, Invoke | Sign up with shadow(…): why CODE has its outcome",
  "command gateway.unauthorized | The authorizer's `Unauthorized` becomes 401 with WWW-Authenticate | Entra shows another error; no alarm on wrong passwords | handlers/authorizer.ts | API Gateway guide, Lambda authorizers | smoke",
  "hand gateway.static-page | The gateway sends the block page, with status 200, if a function cannot answer | People see Entra's error page, and nobody gets in | lib/sign-up/sign-up-api.ts | API Gateway guide, Gateway response types | On a test stage: aws lambda put-function-concurrency --reserved-concurrent-executions 0 for a step, then smoke",
  "command gateway.authorizer-cache | A pass is cached for five minutes, for all routes of its gate; a refusal is not | The second step, a corrected password, or the old one is refused | lib/sign-up/credentials.ts | API Gateway guide, Lambda authorizers | smoke",
  "hand gateway.arrival | Functions get the call's arrival time in milliseconds | Cold starts do not count against the deadline | handlers/step/read-call.ts | API Gateway guide, $context variables | After a cold start, why CODE has more milliseconds than the function reports",
  "hand gateway.usage-plan | The authorizer's key gives callers who passed their own rate limit | A flood by strangers throttles Entra | lib/sign-up/sign-up-api.ts | API Gateway guide, Usage plans | On a test stage, send 200 wrong passwords a second; smoke passes meanwhile",
  "hand jwt.keys | The tenant signs with RSA keys | External tenants get 401 | features/external-tenant/stack/extension-api.ts | reports: agentgateway issue 477, openid-connect-generic issue 634 | At the jwks_uri of the tenant's metadata, each key has kty RSA",
  "command jwt.claims-as-texts | API Gateway passes the token's claims as texts | External tenants get 401 | handlers/extension.ts | API Gateway guide, JWT authorizers | smoke",
  "command alarms.delivery | An alarm reaches its topic's subscribers, encrypted or not | An alarm rings, and nobody is notified | lib/operations/gate-alarms.ts | SNS guide, Access policies | smoke --alarms",
  "command sns.confirmed | GetTopicAttributes counts confirmed subscriptions, in XML | doctor reports a subscription as missing | features/doctor/verbs/stack-checks.ts | SNS API, GetTopicAttributes | doctor",
  "command ses.account | GetAccount says whether SES is in its sandbox and sends | doctor misses a sandbox | features/doctor/verbs/account-checks.ts | SES API v2, GetAccount | doctor",
  "hand ses.refusals | SES refuses an address for good with `MessageRejected` or `BadRequestException` | Gatehouse retries a mail for an hour in vain, or gives up too early | adapters/mail/send.ts | SES API v2, SendEmail | In the sandbox, request approval for an unverified address: MailsRefused counts one",
  "hand s3.first-write-wins | PUT with `If-None-Match: *` of an existing name answers 412 | A second archiver stops with an error | adapters/aws/objects.ts | S3 API, PutObject | In a scratch bucket, run aws s3api put-object --if-none-match '*' twice with one key",
  "hand sts.signed-token | Entra takes a token that AWS signs in place of a secret | entra commands need a client secret or certificate | cli/graph/sign-in.ts | STS API, GetWebIdentityToken | AZURE_FEDERATED_TOKEN_SOURCE=aws entra plan",
  "hand sts.role-subject | The subject of a role's token is the role's ARN, with its path and capitals as IAM has them | Functions get no token of Graph: RoleSubjectRefused rings | features/entra/verbs/roles/tenant.ts | STS API, GetWebIdentityToken | With graphSignIn: \"role\", entra apply, a few minutes later doctor",
  "hand iam.issuer | GetOutboundWebIdentityFederationInfo names the issuer that tokens have, and answers `FeatureDisabled` or false while it is off | entra apply makes credentials that nothing matches, or says a wrong reason | cli/aws/account.ts | IAM API, GetOutboundWebIdentityFederationInfo | entra plan before and after aws iam enable-outbound-web-identity-federation",
  "recording entra.email | A connector's call has `email`, or a local account whose id is an address | The sign-up is blocked | engine/protocols/api-connector.ts | Entra, Add an API connector",
  "hand entra.emptied | An empty text in an answer empties the attribute | The account keeps the date of birth: use instead (docs/recipes/age.md) | features/minimum-age/rule.ts | Entra, Add an API connector, says only that answers overwrite | Sign up with minimumAge; look at the account's attribute",
  "hand entra.left-out | A claim without a value is absent, null or empty | An empty field counts as filled | engine/protocols/api-connector.ts | Entra, Add an API connector | Record a sign-up with an empty optional field",
  "recording entra.locales | `ui_locales` or `client.locale` has the person's languages as tags | Everybody reads English | engine/protocols/api-connector.ts | Entra, Add an API connector",
  "recording entra.correlation | Start, Submit and the token of one journey share a correlation id | Providers' addresses count as typed, and tokens find no sign-up | features/external-tenant/extension-request.ts | Entra, OnAttributeCollectionSubmit reference",
  "hand entra.other-statuses | Any status but 200 or 400 ends the sign-up without an account | An outage lets somebody in | lib/sign-up/sign-up-api.ts | no document | Point a test connector at an address that answers 500: no account",
  "hand entra.messages | Entra shows the whole message as plain text | People see a cut text or markup | engine/messages/index.ts | Entra, Add an API connector | Sign up with a denied address; read Entra's page",
  "hand entra.stored-attributes | Entra stores exactly those attributes of an answer that the flow collects, hidden or not | An attribute that a rule sets is lost | features/external-tenant/extension.ts | Entra, OnAttributeCollectionStart reference | Sign up with assign({ extension_X: … }) and X hidden in the flow",
  "hand entra.throttled | Above 50 calls a second, sign-ups fail uncalled | People get in uncalled | lib/sign-up/sign-up-calls.ts | Entra, Service limits (external tenants) | Ask Microsoft's support",
  "hand graph.flow-handler | A flow keeps and shows its extension, set by an update or the samples' beta call | Nothing calls the gate: link the extension in the portal | features/entra/client/events-flows.ts | microsoft/woodgrove-groceries; Entra training, Validate attributes | entra apply on a test flow; then entra plan has nothing to do, and a sign-up calls the gate",
  "hand graph.flow-update | An update of a flow (v1.0) sets its extension | entra apply uses the beta call and says so | features/entra/client/events-flows.ts | Graph v1.0, authenticationEventsFlow (its update page omits the property) | entra apply on a test flow: it says which call set the extension",
  "hand graph.flow-fields | `$ref` adds and removes a flow's fields; an update changes or replaces them | entra apply says which fields it could not change: choose them in the portal | features/entra/client/events-flows.ts | Graph v1.0, authenticationEventsFlow (update page of 2025-07-23; those of 2024 differ) | entra apply with a policy that sets City on a test flow; then entra remove --attributes",
  "hand graph.entras-principal | Entra's application for extensions has or gets a service principal | entra apply cannot create extensions | features/entra/client/authentication-extensions.ts | reports only: Graph answers AADB2C90063 without it | entra apply in a new external tenant",
  "hand graph.guest-by-users | POST /users creates a guest with a federated identity | Approved people with Google, Facebook or a passcode get no account (guest-refused): set inviteAll | features/approvals/client/accounts.ts | only Entra, Add a custom approval workflow | Approve a test person with Google; let them sign in",
  "hand graph.invited-again | Inviting an existing guest answers 201 with the same id | A repeated provisioning fails | features/approvals/client/accounts.ts | no document | approvals reopen and approve a request that was provisioned",
  "hand graph.conflicts | A taken name answers 400 or 409 and names the property | The request fails with a less helpful reason | features/approvals/client/account-error.ts | microsoft-graph-docs issue 1508 | Approve two test persons with one address from two providers",
  "hand graph.federated-credentials | Graph addresses an application by `appId`, shows a new federated credential within half a minute, and refuses a second one of its issuer and subject | entra apply stops after a write, and repeating it goes on | features/entra/client/federated-credentials.ts | Graph v1.0, federatedIdentityCredential; graph-docs-contrib issue 1547, azure-workload-identity issue 434 | entra apply with two roles on a test stage; then entra plan has nothing to do",
  "hand graph.read-only | `APIConnectors.Read.All` and `IdentityUserFlow.Read.All` let a command read connectors and those of a flow | entra check and plan ask a person again, for the wide ones; an application has to be granted these | features/entra/client/user-flows.ts | Graph permissions reference; the pages of the calls name only ReadWrite | As a person, entra plan: it asks for one code",
  "hand graph.new-flow | A new workforce flow takes its providers, built-in ones too, and both connectors in the call that creates it | apply links the connectors afterwards; add the providers in the portal | features/entra/client/user-flows.ts | Graph v1.0, Create b2xIdentityUserFlow (an example for each, none for both; the providers' type is deprecated) | entra apply with a new flow in entra.ts; look at its identity providers",
  "hand graph.signup-start | `identity/events/onSignupStart` links an application to a workforce flow, and refuses one of another flow | plan names the steps in the portal; an application of two flows shows one | features/entra/client/sign-up-listeners.ts | Graph beta, Create authenticationListener | entra apply with signUpAt on a test flow; open the application in a private window",
  "hand graph.new-external-flow | A new external flow needs no application, and collects address and name as given | Create the flow in the portal | features/entra/client/events-flows.ts | Graph v1.0, Create authenticationEventsFlow | entra apply with a new externalFlow in entra.ts",
  "hand graph.native-authentication | `nativeAuthenticationApisEnabled` shows sign-up without extensions | entra check invents or misses a way around the gate | features/entra/verbs/external/ways-around.ts | Graph v1.0, application; Entra, Choose an authentication approach | Sign up by native authentication; look for the gate's record",
  "hand graph.sign-in-activity | With P1 and `AuditLog.Read.All`, `signInActivity` of users selected by id has the last success, up to a day late; attempts count failed ones too. Not tried in a tenant | `idle` ends nobody, or lists more people for a person to judge | adapters/graph/sign-ins.ts | Graph v1.0, signInActivity; Entra, Manage inactive user accounts: the two differ on non-interactive sign-ins | Sign in as a guest; two days later expiry show names that sign-in",
  "hand graph.no-premium | Without P1, Graph answers 403 to the whole request that selects `signInActivity`, and other requests go on. Not tried in a tenant | A run ends nobody by `idle`, as with any refusal | adapters/graph/sign-ins.ts | microsoft-graph-docs issues 12772, 14118 and 14120 | In a tenant without P1, expiry runs after a day with `idle`: no account has a last sign-in",
  "hand graph.redemption | `externalUserState` is PendingAcceptance until a guest redeems, with the day of the last change beside it. Not tried in a tenant | `unredeemed` ends nobody, or reminds guests after a reset of their redemption | adapters/graph/sign-ins.ts | Graph v1.0, user | Invite a guest; GET /users/ID?$select=externalUserState,externalUserStateChangeDateTime before and after",
  "hand graph.token-step | Entra calls the step before a token at each sign-in to an application with a listener for it; people of an external tenant sign in only to applications of its user flows. Not tried in a tenant | `idle` by tokens alone ends people who sign in to an application without a user flow, or who stay signed in for the days of `idle` | adapters/graph/token-listeners.ts | Entra, Custom authentication extensions; Graph v1.0, authenticationEventListener | Sign in twice to each application; expiry show names the last token",
  "hand graph.sponsors | `$ref` adds a sponsor to a guest and takes one away; adding one twice answers 400, and the list then has them. Not tried in a tenant | A sponsor is tried again each day, or the one before stays in Entra | adapters/graph/sponsors.ts | Graph v1.0, Add sponsor and Remove sponsor: neither says what a second add answers | Give a guest to another sponsor; after the next run look at the account in the admin center",
  "hand graph.flow-providers | Graph shows the providers of an existing flow, under the ids by which it was created. Not tried in a tenant | plan does not tell that a flow offers other providers, or tells a difference that is none | features/entra/client/user-flows.ts | Graph v1.0, List identityProviders (in a user flow); List userFlowIdentityProviders, whose URL is spelled otherwise than the type's member | entra plan with providers in entra.ts, on a flow that has them",
  "hand graph.guest-policies | lifecyclePolicies shows an application with `LifecyclePolicies-Guests.Read.All` the policies for guests, with rules. Not tried in a tenant | expiry runs and doctor say that they are not known | adapters/graph/sponsors.ts | Graph v1.0, lifecyclePolicy | In a tenant with such a policy, doctor names it",
  "hand npm.stage-only | A trusted publisher that may only stage cannot publish, and the first version is staged by a login or a token alone | The workflow could publish without a person, or its last step fails | .github/workflows/release.yml | npm docs, Staged publishing and Trusted publishers, 2026-08 | After the first release, npm trust list shows the allowed action; a run with npm publish in place of npm stage publish is refused",
  "hand github.runners | `npm start` answers on the macOS and Windows machines of GitHub as on Linux | A change breaks it there, and ci.yml tells | scripts/start-once.mjs | GitHub docs, GitHub-hosted runners | node scripts/start-once.mjs on both",
  "hand lambda.code-sha256 | Lambda shows the SHA-256 of the uploaded zip, in base64, as `CodeSha256` | code-sha256.txt of a release matches nothing | scripts/release/write-template.ts | Lambda API, FunctionConfiguration | After deploy.sh: aws lambda list-functions --query 'Functions[].CodeSha256', and compare with code-sha256.txt",
  "hand cloudformation.plain-template | CloudFormation takes the release's template: parameters in `Code`, a subscription under a condition, zips with stored entries | deploy.sh fails, and nothing is deployed | scripts/release/write-template.ts | CloudFormation guide; cfn-lint finds W3005 alone | sh deploy.sh BUCKET STACK in a test account",
  "hand vendors.idology | ExpectID answers XML with `summary-result/key`, or `error` without a decision | Nobody is verified: block or approval | features/verify-identity/client/idology.ts | Azure-Samples, IDology sample | Sign up with the vendor's test persons",
  "hand vendors.experian | CrossCore takes the body signed in `hmac-signature` and answers with a decision | Nobody is verified: block or approval | features/verify-identity/client/experian.ts | Azure-Samples, Experian sample | Sign up with the vendor's test persons",
] as const;

/** The source of docs/assumptions.md. */
export const assumptions: readonly Assumption[] = table.map((row) => {
  const [named = "", relied = "", otherwise = "", file = "", source = "", how = ""] = row.split(" | ");
  const [kind, id = ""] = named.split(" ");
  return {
    id,
    relied,
    source,
    file,
    otherwise,
    tried: kind === "recording" ? kind : kind === "command" ? { command: how } : { hand: how },
  };
});

/** Returns the assumptions that only a real account or tenant confirms, for docs/assumptions.md: one list for each kind of test. */
export function assumptionsTables(): string {
  return [
    `### Shown by a recording\n\n${formatAssumptions((trial) => trial === "recording")}`,
    `### Tried by another command, or by hand\n\n${formatAssumptions((trial) => trial !== "recording")}`,
  ].join("\n\n");
}

function formatAssumptions(isTriedSo: (trial: Assumption["tried"]) => boolean): string {
  const listedAssumptions = assumptions.filter(({ tried }) => isTriedSo(tried));
  return markdownList(
    listedAssumptions.map(({ id, relied, tried }) => {
      const command = typeof tried === "object" && "command" in tried ? ` Tried by \`${tried.command}\`.` : "";
      // A `<` would start a tag.
      return [id, `${relied}.${command}`.replace(/</g, "&lt;")];
    }),
  );
}
