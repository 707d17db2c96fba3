import { Annotations } from "aws-cdk-lib";
import { RestApi } from "aws-cdk-lib/aws-apigateway";
import type { GateScope } from "../feature";
import type { GatehouseScope } from "../gatehouse-scope";
import type { LoggedHttpApi } from "../resources/http-api";
import { SignUpApi } from "./sign-up-api";
import { assertFitsHttpApi, HTTP_API_LACKS, SignUpHttpApi } from "./sign-up-http-api";

interface ApiOptions {
  readonly api?: "rest" | "http";
  readonly rateLimit?: number;
  readonly customDomain?: object;
  readonly waf?: unknown;
}

type Callers = GatehouseScope & Pick<GateScope, "credentials" | "facts" | "gateCredentials" | "steps">;

/** Makes the API that connectors call, REST or HTTP as the options say. */
export function makeApi(gatehouse: Callers, options: ApiOptions): SignUpApi | SignUpHttpApi {
  const gates = [...gatehouse.gateCredentials].map(([gate, credentials]) => ({
    gate,
    credentials,
    routes: new Map(gatehouse.steps.flatMap((step) => (step.gate === gate ? [[step.path, step.live]] : []))),
  }));
  const disableDefaultEndpoint = options.customDomain !== undefined;
  if (options.api !== "http") {
    return new SignUpApi(gatehouse, "SignUp", {
      gates: gates.map(({ credentials, ...paths }) => ({ ...paths, authorizer: credentials.restAuthorizer() })),
      languages: gatehouse.facts.policy.flatMap(({ policy }) => policy.options.languages ?? []),
      callerKey: gatehouse.credentials.callerKey,
      rateLimit: options.rateLimit ?? 50,
      disableDefaultEndpoint,
    });
  }
  assertFitsHttpApi(options);
  Annotations.of(gatehouse).addWarningV2("gatehouse:http-api", HTTP_API_LACKS);
  return new SignUpHttpApi(gatehouse, "SignUp", {
    gates: gates.map(({ credentials, ...paths }) => ({ ...paths, authorizer: credentials.httpAuthorizer() })),
    disableDefaultEndpoint,
  });
}

/** Ends with a slash. */
export function apiAddress(api: RestApi | LoggedHttpApi): string {
  return api instanceof RestApi ? api.url : `${api.apiEndpoint}/`;
}
