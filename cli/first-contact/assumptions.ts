/** Something that only a real account or tenant can confirm. */
export interface Assumption {
  /** "partiql.is-missing": what it is about comes first. */
  readonly id: string;
  /** What the code relies on. */
  readonly relied: string;
  /** The document that says so, or the only report there is. */
  readonly source: string;
  /** The file that relies on it. */
  readonly file: string;
  /** What happens if it is false. */
  readonly otherwise: string;
  /** How to try it: by `probe`, by `probe --record`, by another command, or by hand. */
  readonly tried: "probe" | "recording" | { readonly command: string } | { readonly hand: string };
}

/** A table: how it is tried and the id, what is relied on, what happens if it is false, the file, the source; which command, or how by hand. */
const table = [
  "probe partiql.batch | One batch takes INSERT, UPDATE and DELETE and answers in order | Imports are ten times slower | adapters/tables/conditional-batch.ts | DynamoDB, PartiQL reference",
  "probe partiql.is-missing | `IS MISSING` holds only if the row lacks the column | Imports are slower, or overwrite a new column | adapters/tables/conditional-batch.ts | DynamoDB, PartiQL reference",
  "probe partiql.update-absent | UPDATE of a missing row fails with `ConditionalCheckFailed` | Imports restore rows deleted meanwhile | adapters/tables/conditional-batch.ts | nubo-db/dynoxide pull request 150, tried in eu-west-2",
  "probe partiql.false-condition | A false condition fails with `ConditionalCheckFailed` | Imports overwrite other people's edits | adapters/tables/conditional-batch.ts | DynamoDB API, BatchStatementError",
  "probe partiql.insert-present | INSERT of an existing row fails with `DuplicateItem` | Imports stop at rows that somebody else added | adapters/tables/conditional-batch.ts | DynamoDB API, BatchStatementError",
  "probe partiql.several-clauses | UPDATE takes several SET and REMOVE clauses | Imports are ten times slower | adapters/tables/conditional-batch.ts | DynamoDB, PartiQL reference",
  "probe dynamodb.failed-condition | A failed condition returns the row | A write with a lost answer counts as somebody else's | adapters/tables/table.ts | DynamoDB API, PutItem",
  "probe dynamodb.batch-get | BatchGetItem omits missing rows, without unprocessed keys | Every sign-up fails closed | adapters/tables/table.ts | DynamoDB API, BatchGetItem",
  "hand dynamodb.unprocessed | A read that is too large or throttled lists the unread keys | Sign-ups fail closed while the table is throttled | adapters/tables/table.ts | DynamoDB API, BatchGetItem | npm run test:aws reads 20 MB from Amazon's engine; in AWS, find a throttled read that succeeded",
  "probe dynamodb.read-your-write | Strongly consistent reads see every completed write | An edit misses the next sign-up | adapters/tables/rows.ts | DynamoDB guide, Read consistency",
  "probe dynamodb.slots | ADD to a set under `size()` and `contains()` gives each place once, and a repeat passes | A code admits too many people | adapters/tables/rows.ts | DynamoDB guide, Condition expressions",
  "probe dynamodb.whole-lists | `=` compares whole lists and maps | Rows with a list cannot be edited | adapters/tables/expressions.ts | DynamoDB guide, Condition expressions",
  "probe dynamodb.key-length | A partition key has 1 to 2,048 bytes | A very long name fails closed or is not looked up | engine/sign-up/records.ts | DynamoDB guide, Quotas",
  "probe dynamodb.time-to-live | TTL is on, by `expires`, where rows age | Records stay for ever | lib/resources/retained-table.ts | CloudFormation, AWS::DynamoDB::GlobalTable",
  "probe dynamodb.indexes | A new index gets the existing rows | Console lists and searches miss older rows | lib/resources/retained-table.ts | DynamoDB guide, Managing global secondary indexes",
  "command dynamodb.index-lag | An index shows a new row within seconds | The console shows decisions late | cli/smoke/record.ts | DynamoDB guide, Global secondary indexes | smoke",
  "probe streams.images | Streams carry each row before and after the change | Events, hygiene and the audit trail stop; alarms ring | lib/resources/retained-table.ts | DynamoDB API, StreamSpecification",
  "probe streams.mappings | Event sources have the template's settings | Functions start for the wrong rows, or never | lib/resources/table-stream.ts | Lambda API, GetEventSourceMapping",
  "hand streams.partial-batch | Lambda repeats from the first failed row, in order | An event is lost, or repeated with the same `id` | handlers/publish-changes.ts | Lambda guide, DynamoDB streams | On a test stage, deny the publisher's role events:PutEvents, sign up twice, allow it: both events arrive",
  "hand lambda.dns | Functions can ask the DNS for MX, also with `fixedOutgoingAddress` | `mailFacts` finds `unknown` and stops nobody | adapters/dns/exchanges.ts | VPC guide, DNS attributes | With mailFacts(), sign up: decisions show CODE has `found: mx yes`",
  "probe lambda.runtime | The region has Node 24 on ARM64 | The deployment fails | lib/resources/gatehouse-function.ts | Lambda guide, Runtimes",
  "probe lambda.alias | The alias `live` sends all calls to one version | Two policies decide at the same time | lib/sign-up/canary.ts | Lambda API, GetAlias",
  "hand lambda.without-waiting | Invocation type `Event` answers 202 and then runs the function | Shadowed rules leave no outcomes; an alarm rings | adapters/aws/functions.ts | Lambda API, Invoke | With shadow(…), sign up: decisions show CODE has the shadow's outcome",
  "probe gateway.unknown-route | Unknown routes answer 403 or 404 in JSON | A wrong URL looks like another fault | lib/sign-up/sign-up-api.ts | API Gateway guide, Gateway response types",
  "command gateway.unauthorized | The authorizer's `Unauthorized` becomes 401 with WWW-Authenticate | Entra shows another error; no alarm on wrong passwords | handlers/authorizer.ts | API Gateway guide, Lambda authorizers | smoke",
  "hand gateway.static-page | The gateway sends the block page, with status 200, if a function cannot answer | People see Entra's error page, and nobody gets in | lib/sign-up/sign-up-api.ts | API Gateway guide, Gateway response types | On a test stage: aws lambda put-function-concurrency --reserved-concurrent-executions 0 for a step, then smoke",
  "command gateway.authorizer-cache | A pass is cached for five minutes, for all routes of its gate; a refusal is not | The second step, a corrected password, or the old one is refused | lib/sign-up/credentials.ts | API Gateway guide, Lambda authorizers | smoke",
  "hand gateway.arrival | Functions get the call's arrival time in milliseconds | Cold starts do not count against the deadline | handlers/gateway.ts | API Gateway guide, $context variables | After a cold start, decisions show CODE has more milliseconds than the function's report line",
  "hand gateway.usage-plan | The authorizer's key gives callers who passed their own rate limit | A flood by strangers throttles Entra | lib/sign-up/sign-up-api.ts | API Gateway guide, Usage plans | On a test stage, send 200 wrong passwords a second for a minute; smoke passes meanwhile",
  "probe jwt.issuer | The tenant's metadata have exactly the configured issuer | External tenants get 401 | lib/sign-up/extension-api.ts | API Gateway guide, JWT authorizers",
  "probe jwt.keys | The tenant signs with RSA keys | External tenants get 401 | lib/sign-up/extension-api.ts | reports: agentgateway issue 477, openid-connect-generic issue 634",
  "recording jwt.versions | Entra's token is version 2, and its `azp` names Entra's application | External tenants get 401 | engine/protocols/extension-caller.ts | Entra, Custom authentication extension overview",
  "command jwt.claims-as-texts | API Gateway passes the token's claims as texts | External tenants get 401 | handlers/extension.ts | API Gateway guide, JWT authorizers | smoke",
  "probe metrics.embedded | CloudWatch turns the functions' log lines into metrics (EMF) | Alarms on failures never ring | adapters/aws/log.ts | CloudWatch guide, Embedded metric format",
  "probe alarms.list | DescribeAlarms answers in JSON: `MetricAlarms`, times in seconds | The console shows no ringing alarms | adapters/aws/alarms.ts | CloudWatch API, DescribeAlarms",
  "command alarms.delivery | An alarm reaches its topic's subscribers, encrypted or not | An alarm rings, and nobody is notified | lib/operations/gatehouse-alarms.ts | SNS guide, Access policies | smoke --alarms",
  "probe kms.tables | Your own key encrypts the tables, and functions read and write them | Every sign-up fails closed | lib/resources/encryption.ts | DynamoDB guide, Encryption at rest",
  "command sns.confirmed | GetTopicAttributes counts confirmed subscriptions, in XML | doctor reports a subscription as missing | cli/doctor/stack-checks.ts | SNS API, GetTopicAttributes | doctor",
  "command ses.account | GetAccount says whether SES is in its sandbox and sends | doctor misses a sandbox | cli/doctor/account-checks.ts | SES API v2, GetAccount | doctor",
  "hand ses.refusals | SES refuses an address for good with `MessageRejected` or `BadRequestException` | Gatehouse retries a mail for a day, or gives up too early | adapters/mail/send.ts | SES API v2, SendEmail | In the sandbox, request approval for an unverified address: MailsRefused counts one, the queue is empty",
  "probe s3.object-lock | The archive's bucket locks new objects for the days that you set | Somebody can change archived entries | lib/audit/audit-archive.ts | S3 guide, Object Lock",
  "hand s3.first-write-wins | PUT with `If-None-Match: *` of an existing name answers 412 | A second archiver stops with an error | adapters/aws/objects.ts | S3 API, PutObject | In another bucket (the archive keeps it for years), run aws s3api put-object --if-none-match '*' twice with one key",
  "probe events.list-rules | ListRules gives the state of each rule of the bus, archives included | You pay for events that nobody reads | adapters/aws/bus-rules.ts | EventBridge API, ListRules",
  "probe events.refusals | PutEvents answers each entry; one whose detail is no JSON gets `MalformedDetail` | One bad event holds up those after it | adapters/aws/event-bus.ts | EventBridge API, PutEventsResultEntry",
  "probe secrets.stages | A new version becomes AWSCURRENT, the one before AWSPREVIOUS; times are in seconds | A rotation ends the previous password at once | adapters/aws/credentials.ts | Secrets Manager guide, Versions",
  "probe secrets.one-successor | A second version with one token gets `ResourceExistsException` | Two rotations at once end the password that connectors show | adapters/aws/credentials-secret.ts | Secrets Manager API, PutSecretValue",
  "probe secrets.revoke | Taking AWSPREVIOUS from a version without it fails | A revoke can end a newer password than it read | adapters/aws/credentials-secret.ts | Secrets Manager API, UpdateSecretVersionStage",
  "hand sts.signed-token | Entra takes a token that AWS signs in place of a secret | entra commands need a client secret or certificate | cli/graph/sign-in.ts | STS API, GetWebIdentityToken | AZURE_FEDERATED_TOKEN_SOURCE=aws npx --no-install entra-gatehouse entra plan",
  "recording entra.content-type | Every call is a POST of one JSON object | Every sign-up gets a block page | engine/protocols/api-connector.ts | Entra, Add an API connector",
  "recording entra.step | Workforce calls name no step; Azure AD B2C's name a known one | Records name the wrong dialect, or B2C's sign-ups are blocked | engine/protocols/api-connector.ts | Azure AD B2C, Add an API connector",
  "recording entra.email | A connector's call has `email`, or a local account whose id is an address | The sign-up is blocked | engine/protocols/api-connector.ts | Entra, Add an API connector",
  "recording entra.identities | `identities` is absent or lists sign-in type, issuer and id | Entries by provider miss people, or the call is unreadable | engine/protocols/body.ts | Entra, Add an API connector",
  "recording entra.custom-attributes | Custom attributes are named `extension_`, 32 hexadecimal digits, `_`, name | Rules do not see a custom attribute | engine/protocols/attribute-names.ts | Entra, Define custom attributes for user flows",
  "hand entra.emptied | An empty text in an answer empties the attribute | The account keeps the date of birth: use instead (docs/recipes/age.md) | engine/rules/minimum-age/minimum-age.ts | Entra, Add an API connector, says only that answers overwrite | Sign up to a test flow with minimumAge; look at the account's attribute",
  "hand entra.left-out | A claim without a value is absent, null or empty | An empty field counts as filled | engine/protocols/api-connector.ts | Entra, Add an API connector | Record a sign-up with an empty optional field (probe --record)",
  "recording entra.locales | `ui_locales` or `client.locale` has the person's languages as tags | Everybody reads English | engine/protocols/api-connector.ts | Entra, Add an API connector",
  "recording entra.envelope | An extension's call has its event, tenant and correlation id | Sign-ups are blocked as unreadable | engine/protocols/extension-request.ts | Entra, OnAttributeCollectionSubmit reference",
  "recording entra.typed-attributes | Collected attributes are typed: string, int64 or boolean | Sign-ups are blocked as unreadable | engine/protocols/extension-request.ts | Entra, OnAttributeCollectionSubmit reference",
  "recording entra.correlation | Start, Submit and the token of one journey share a correlation id | Providers' addresses count as typed, and tokens find no sign-up | engine/protocols/extension-request.ts | Entra, OnAttributeCollectionSubmit reference",
  "recording entra.client-ip | An extension's call has the person's IP address | Rules by network do not see one | engine/protocols/extension-request.ts | Entra, OnAttributeCollectionSubmit reference",
  "recording entra.token-user | The token event has the user's object id | Tokens lack their person's claims | engine/protocols/extension-request.ts | Entra, Custom claims provider reference",
  "hand entra.one-repeat | Entra repeats an unanswered call once, after 20 s (workforce), 5 s (B2C) or 2 s (external) | Slow answers come too late, or cost a vendor's fee again | engine/sign-up/call.ts | Entra, API connectors overview; Azure AD B2C, pull request 126864 | On a test stage, use a rule slower than deadlineMs; count calls in the access log",
  "hand entra.other-statuses | Any status but 200 or 400 ends the sign-up without an account | An outage lets somebody in | lib/sign-up/sign-up-api.ts | no document | Point a test connector at an address that answers 500; look for the account",
  "hand entra.messages | Entra shows the whole message as plain text | People see a cut text or markup | engine/messages/index.ts | Entra, Add an API connector | Sign up with a denied address; read Entra's page",
  "hand entra.stored-attributes | Entra stores exactly those attributes of an answer that the flow collects, hidden or not | An attribute that a rule sets is lost | engine/protocols/extension.ts | Entra, OnAttributeCollectionStart reference | Use assign({ extension_X: … }) with X hidden in the flow; sign up; look at the user in Entra",
  "hand entra.throttled | Above 50 calls a second, sign-ups fail uncalled | People get in uncalled | lib/sign-up/limits.ts | Entra, Service limits (external tenants) | Ask Microsoft's support; entra check --since names accounts that the gate did not allow",
  "probe graph.connectors | Connectors can be created, read (password masked), changed and deleted | entra apply fails: set up by hand (docs/connect-entra.md) | adapters/graph/api-connectors.ts | Graph v1.0, identityApiConnector",
  "probe graph.connector-links | `$expand` shows which connectors a flow calls | entra plan links what is linked already | adapters/graph/user-flows.ts | Graph v1.0, b2xIdentityUserFlow: Get apiConnectorConfiguration",
  "hand graph.connector-unlink | PUT of an empty object to a step's link detaches its connector | entra remove fails: detach by hand | adapters/graph/user-flows.ts | Graph v1.0, b2xIdentityUserFlow: Put apiConnectorConfiguration | entra apply and entra remove on a test flow, then entra plan",
  "probe graph.b2c-flows | The beta version shows and links Azure AD B2C's user flows | entra commands fail with B2C: set up by hand | adapters/graph/user-flows.ts | Graph beta, b2cIdentityUserFlow",
  "probe graph.attributes | Graph lists a tenant's attributes with their data types | entra types writes texts only | adapters/graph/user-flows.ts | Graph v1.0, identityUserFlowAttribute",
  "probe graph.flow-handler | A flow keeps and shows its extension, set by an update or the samples' beta call | Nothing calls the gate: link the extension in the portal | adapters/graph/events-flows.ts | microsoft/woodgrove-groceries; Entra training, Validate attributes",
  "probe graph.flow-update | An update of a flow (v1.0) sets its extension | entra apply uses the beta call and says so | adapters/graph/events-flows.ts | Graph v1.0, authenticationEventsFlow (its update page omits the property)",
  "probe graph.flow-applications | Graph lists a flow's applications below it | entra plan does not know the flow's applications | adapters/graph/events-flows.ts | Graph v1.0, authenticationEventsFlow: List includeApplications",
  "hand graph.flow-inputs | An update of a flow's form replaces all its inputs | entra apply doubles or drops a field of the form | adapters/graph/events-flows.ts | Graph v1.0, authenticationEventsFlow: Update | entra apply on a test flow with an assign(…) that it does not collect; look at the form",
  "probe graph.listeners | The beta version shows each listener's priority | entra check misses a rival at the token event | adapters/graph/authentication-extensions.ts | Graph beta, authenticationEventListener",
  "probe graph.validate | validateAuthenticationConfiguration checks settings and changes nothing | entra apply finds wrong settings late | adapters/graph/authentication-extensions.ts | Graph v1.0, customAuthenticationExtension: validateAuthenticationConfiguration",
  "probe graph.sign-up-log | The beta version lists sign-ups with their stages, by time | entra check --since fails | adapters/graph/audit-logs.ts | Graph beta, selfServiceSignUp",
  "probe graph.entras-principal | Entra's application for extensions has or gets a service principal | entra apply cannot create extensions | adapters/graph/authentication-extensions.ts | reports only: Graph answers AADB2C90063 without it",
  "probe graph.search-by-identity | Graph finds users by issuer and issuer's id together | A repeated provisioning creates a second account | adapters/graph/accounts/bodies.ts | Graph v1.0, List users",
  "probe graph.search-by-mail | Graph finds users by mail, and by their other addresses | Nobody's account arrives: no group, no sponsor | adapters/graph/arrivals/find.ts | Graph v1.0, List users",
  "hand graph.external-members | A member from outside has a creationType, an externalUserState or #EXT# in the name | External members join no group | adapters/graph/arrivals/find.ts | Graph v1.0, user; Entra, Properties of a B2B collaboration user | Let a flow that creates members sign somebody up; read the account",
  "hand graph.directory-roles | transitiveMemberOf lists an account's directory roles, each with its type | access() disables an administrator that the gate let in: give the person no end (docs/access.md) | adapters/graph/accounts/live-account.ts | Graph v1.0, List a user's transitive memberships | Give a test guest a directory role, end its access, read access runs: left alone",
  "hand graph.users-by-ids | /users takes a filter of 15 object ids | An account enabled after its access ended stays enabled until its deletion | adapters/graph/accounts/live-account.ts | Graph v1.0, advanced query capabilities | End a test guest's access and, when disabled, enable it in Entra; a day later it is disabled again",
  "hand graph.guest-policy | /identityGovernance/lifecycleWorkflows/lifecyclePolicies lists the tenant's policy for guests | Both the tenant and Gatehouse end access | adapters/graph/accounts/live-account.ts | Graph v1.0, guestLifecyclePolicy | Switch the tenant's policy on; read access runs a day later",
  "hand graph.package-requests | Requests for access packages are found by package and requestor; adminAdd takes a guest's object id | A repeat asks twice or is undelivered | adapters/graph/arrivals/memberships.ts | Graph v1.0, accessPackageAssignmentRequest | Send the same event to the function twice (docs/recipes/arrivals.md)",
  "hand graph.guest-by-users | POST /users creates a guest with a federated identity | Approved people with Google, Facebook or a passcode get no account (guest-refused): set inviteAll | adapters/graph/accounts/accounts.ts | only Entra, Add a custom approval workflow | Approve a test person with Google; let them sign in",
  "hand graph.invited-again | Inviting an existing guest answers 201 with the same id | A repeated provisioning fails | adapters/graph/accounts/accounts.ts | no document | approvals reopen and approve a request that was provisioned",
  "hand graph.conflicts | A taken name answers 400 or 409 and names the property | The request fails with a less helpful reason | adapters/graph/accounts/account-error.ts | microsoft-graph-docs issue 1508 | Approve two test persons with one address from two providers",
  "hand graph.member-already | Adding a member again answers 400 | A repeat is undelivered | adapters/graph/arrivals/memberships.ts | Graph v1.0, Add members | Send the same event to the function twice (docs/recipes/arrivals.md)",
  "hand graph.error-codes | The sign-in log gives failed calls the codes 1003000 to 1003027 | entra check does not explain a code | cli/entra/seen/seen.ts | Entra, Troubleshoot your custom authentication extension | Stop a test flow's gate, sign up, look at Authentication Events in the sign-in log",
  "hand graph.native-authentication | `nativeAuthenticationApisEnabled` shows sign-up without extensions | entra check invents or misses a way around the gate | cli/entra/external/ways-around.ts | Graph v1.0, application; Entra, Choose an authentication approach | Sign up to a test application by native authentication; look for the gate's record",
  "hand graph.policies | authenticationFlowsPolicy shows whether sign-up is on; defaultAppManagementPolicy, which URIs pass | entra check finds nothing, or says that it could not look | adapters/graph/tenant-policies.ts | Graph v1.0, authenticationFlowsPolicy and tenantAppManagementPolicy | Turn self-service sign-up off in a test tenant; run entra check",
  "hand graph.sign-in-log | The log of sign-ins has each call for claims (`tokenIssuanceStart`) and its error code | entra check --since misses tokens without claims | adapters/graph/audit-logs.ts | Graph beta, appliedAuthenticationEventListener | Stop a test flow's gate, sign in, run entra check --since",
  "hand vendors.idology | ExpectID answers XML with `summary-result/key`, or `error` without a decision | Nobody is verified: block or approval | adapters/vendors/idology.ts | Azure-Samples, IDology sample | Sign up with the vendor's test persons",
  "hand vendors.experian | CrossCore takes the body signed in `hmac-signature` and answers with a decision | Nobody is verified: block or approval | adapters/vendors/experian.ts | Azure-Samples, Experian sample | Sign up with the vendor's test persons",
] as const;

/** All of them: docs/assumptions.md is made of this list, and `entra-gatehouse probe` tries it. */
export const assumptions: readonly Assumption[] = table.map((row) => {
  const [named = "", relied = "", otherwise = "", file = "", source = "", how = ""] = row.split(" | ");
  const [kind, id = ""] = named.split(" ");
  const tried = kind === "probe" || kind === "recording" ? kind : kind === "command" ? { command: how } : { hand: how };
  return { id, relied, source, file, otherwise, tried };
});

type IdOf<Row extends string, Kind extends string> = Row extends `${Kind} ${infer Id} | ${string}` ? Id : never;

/** Of those that `probe` tries by itself: the compiler asks for a probe of each. */
export type ProbedId = IdOf<(typeof table)[number], "probe">;

/** Of those that a recording shows. */
export type RecordedId = IdOf<(typeof table)[number], "recording">;
