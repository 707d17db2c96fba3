import { type CfnElement, Duration, Stack, Validations } from "aws-cdk-lib";
import { AuthorizationType, LambdaIntegration, type Method } from "aws-cdk-lib/aws-apigateway";
import type { IGrantable } from "aws-cdk-lib/aws-iam";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct, type IConstruct } from "constructs";
import type { GateScope, StackFeature } from "../../lib/feature";
import { featureFunction } from "../../lib/resources/gatehouse-function";
import { STRANGERS_LIMIT } from "../../lib/resources/http-api";
import { nagPlace } from "../../lib/resources/physical-name";
import { LoggedRestApi } from "../../lib/resources/rest-api";
import { grantDenials } from "../access-list/stack/list-grants";
import { type DecisionAction, decisionActions } from "../approvals/change";
import { asksForApproval } from "../approvals/stack/approvals";
import { DELEGATIONS_ID } from "../approvals/store/delegations";

export const stack: StackFeature<object, ApprovalApi> = {
  order: 36,
  name: "approval-api",
  wanted: asksForApproval,
  build: (scope) => new ApprovalApi(scope, "ApprovalApi"),
};

/** The function's timeout, which is above the handler's own limit. */
const TIMEOUT = Duration.seconds(10);

/** Lets other systems decide on requests over HTTP, with the IAM identity of the caller. */
export class ApprovalApi extends Construct {
  /** The address of the requests: `${url}/ID/approve`. */
  readonly url: string;
  readonly function: IFunction;
  private readonly methods: ReadonlyMap<DecisionAction | "show", Method>;

  /** A Gatehouse's API; throws if no rule of its policy asks for approval. */
  static of(gatehouse: Construct): ApprovalApi {
    const approvalApi = gatehouse.node.findAll().find((each) => each instanceof ApprovalApi);
    if (approvalApi === undefined) {
      throw new Error(
        "This Gatehouse has no route to decide on requests: no rule of its policy asks for approval. Add requestApproval() to it.",
      );
    }
    return approvalApi;
  }

  constructor(gatehouse: GateScope, id: string) {
    super(gatehouse, id);
    const { approvals: table, ledger } = gatehouse.tables;
    const api = new LoggedRestApi(gatehouse, this, "Api", {
      name: `${gatehouse.name} approvals`,
      description: "Called by other systems that decide on requests",
      // Calls that IAM refuses may count towards this limit. If the limit were low, strangers would lock out the systems that decide.
      ...STRANGERS_LIMIT,
      notValidatedBecause: "The function says what is wrong with a body; the gateway's own 400 does not.",
    });
    this.url = api.urlForPath("/approvals");
    const lambda = featureFunction(gatehouse, this, "Function", {
      description: "Takes other systems' decisions on requests to be let in",
      entry: "approval-api/approval-api",
      timeout: TIMEOUT,
    });
    table.grantRows(lambda, "BatchGetItem", "PutItem");
    // The caller may decide for approvers who delegated to them. One row contains all delegations.
    ledger.grantRowsUnder(lambda, DELEGATIONS_ID, "GetItem");
    grantDenials(lambda, gatehouse);
    this.function = lambda;
    gatehouse.watched.push(lambda);

    // A call by the test button of the API Gateway console would skip the IAM check.
    const integration = new LambdaIntegration(lambda, { allowTestInvoke: false });
    const request = api.root.addResource("approvals").addResource("{id}");
    const options = { authorizationType: AuthorizationType.IAM };
    this.methods = new Map([
      ["show", request.addMethod("GET", integration, options)],
      ...decisionActions.map((verb) => [verb, request.addResource(verb).addMethod("POST", integration, options)] as const),
    ]);
    for (const method of this.methods.values()) {
      Validations.of(method).acknowledge({
        id: "AwsSolutions-COG4",
        reason: "Callers are systems of the account's own: IAM checks their signatures and policies.",
      });
    }
    gatehouse.addOutput("ApprovalsUrl", this.url, "Where other systems decide on requests, their calls signed for IAM");
  }

  /**
   * Allows a role, user or function to read requests and to decide on them.
   * @param allowedVerbs the default omits reopening and retrying, which are for operators
   */
  grantDecide(grantee: IGrantable, allowedVerbs: readonly DecisionAction[] = ["approve", "deny"]): void {
    for (const name of ["show", ...allowedVerbs] as const) {
      const method = this.methods.get(name) as Method;
      method.grantExecute(grantee);
      if (!Construct.isConstruct(grantee.grantPrincipal)) continue;
      Validations.of(grantee.grantPrincipal).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${this.findingOf(method)}]`,
        reason: "The star covers a request's id: requests come and go.",
      });
    }
  }

  /** The method's name as in cdk-nag's findings: with logical ids in place of values. */
  private findingOf({ httpMethod, resource, api }: Method): string {
    const formatLogicalId = ({ node }: IConstruct) => `<${Stack.of(this).getLogicalId(node.defaultChild as CfnElement)}>`;
    const place = nagPlace(this, "execute-api");
    return `${place}:${formatLogicalId(api)}/${formatLogicalId(api.deploymentStage)}/${httpMethod}${resource.path.replace("{id}", "*")}`;
  }
}
