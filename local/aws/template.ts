import { dirname } from "node:path";
import { environment } from "../../adapters/aws/environment";
import { SERVED_POLICY, type ServedPolicy } from "../../lib/stage";
import { REGION } from "./access-key";

export const ACCOUNT = "000000000000";

/** The local runner treats both types alike. */
export const tableTypes: readonly string[] = ["AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table"];

const servedTypes = new Set([
  "AWS::ApiGateway::ApiKey",
  "AWS::ApiGateway::Authorizer",
  "AWS::ApiGateway::Deployment",
  "AWS::ApiGateway::GatewayResponse",
  "AWS::ApiGateway::Method",
  "AWS::ApiGateway::Resource",
  "AWS::ApiGateway::RestApi",
  "AWS::ApiGateway::Stage",
  "AWS::ApiGateway::UsagePlan",
  "AWS::ApiGateway::UsagePlanKey",
  "AWS::ApiGatewayV2::Api",
  "AWS::ApiGatewayV2::Authorizer",
  "AWS::ApiGatewayV2::Integration",
  "AWS::ApiGatewayV2::Route",
  "AWS::ApiGatewayV2::Stage",
  ...tableTypes,
  "AWS::Events::EventBus",
  "AWS::Events::Rule",
  "AWS::Lambda::Alias",
  "AWS::Lambda::EventSourceMapping",
  "AWS::Lambda::Function",
  "AWS::Lambda::Version",
  "AWS::SecretsManager::Secret",
]);

const ignoredServices = new Set([
  "CDK",
  "CertificateManager",
  "CloudWatch",
  "CodeDeploy",
  "EC2",
  "IAM",
  "KMS",
  "KinesisFirehose",
  "Logs",
  "Route53",
  "S3",
  "SES",
  "SNS",
  "SQS",
  "WAFv2",
]);

/** Types that the local runner ignores, although it serves other types of the same services. */
const ignoredTypes = new Set([
  "AWS::ApiGateway::Account",
  "AWS::ApiGatewayV2::ApiMapping",
  "AWS::ApiGatewayV2::DomainName",
  "AWS::Events::ApiDestination",
  "AWS::Events::Archive",
  "AWS::Events::Connection",
  "AWS::Events::EventBusPolicy",
  "AWS::Lambda::EventInvokeConfig",
  "AWS::Lambda::Permission",
  "AWS::SecretsManager::ResourcePolicy",
]);

const isIgnored = (type: string) => ignoredTypes.has(type) || ignoredServices.has(/^AWS::([^:]+)::/.exec(type)?.[1] ?? "");

interface Declaration {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface TemplateSource {
  /** Only the release's template has any. A value that only AWS uses may be anything here. */
  readonly Parameters?: Readonly<Record<string, { readonly Default?: string }>>;
  readonly Resources: Readonly<Record<string, Declaration>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
}

export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/** Properties are resolved on demand. */
export interface Resource {
  readonly id: string;
  readonly type: string;
  /** Throws TemplateError if the property cannot be resolved. */
  property<T>(name: string): T | undefined;
  metadata(name: string): unknown;
}

/** The version of every function. No versions are published locally: the template's own code runs. */
const ONLY_VERSION = "1";

function buildArn(service: string, resource: string): string {
  return `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;
}

const nameProperties: Readonly<Record<string, string>> = {
  "AWS::ApiGateway::Stage": "StageName",
  "AWS::DynamoDB::GlobalTable": "TableName",
  "AWS::DynamoDB::Table": "TableName",
  "AWS::Events::EventBus": "Name",
  "AWS::Lambda::Function": "FunctionName",
};

/** Values of attributes, by type and attribute. @param ref returns the resource's `Ref` */
const attributes: Readonly<Record<string, (id: string, ref: () => string) => string>> = {
  "AWS::ApiGateway::RestApi.RootResourceId": (id) => `${id}.root`,
  "AWS::ApiGatewayV2::Api.ApiEndpoint": (id) => `https://${id}.execute-api.${REGION}.amazonaws.com`,
  "AWS::DynamoDB::GlobalTable.Arn": (_, ref) => buildArn("dynamodb", `table/${ref()}`),
  "AWS::DynamoDB::Table.Arn": (_, ref) => buildArn("dynamodb", `table/${ref()}`),
  "AWS::DynamoDB::GlobalTable.StreamArn": (_, ref) => buildArn("dynamodb", `table/${ref()}/stream/local`),
  "AWS::DynamoDB::Table.StreamArn": (_, ref) => buildArn("dynamodb", `table/${ref()}/stream/local`),
  "AWS::Events::EventBus.Arn": (_, ref) => buildArn("events", `event-bus/${ref()}`),
  "AWS::Events::EventBus.Name": (_, ref) => ref(),
  "AWS::IAM::Role.Arn": (_, ref) => `arn:aws:iam::${ACCOUNT}:role/${ref()}`,
  "AWS::Lambda::Function.Arn": (_, ref) => buildArn("lambda", `function:${ref()}`),
  "AWS::Lambda::Version.Version": () => ONLY_VERSION,
  "AWS::SecretsManager::Secret.Id": (_, ref) => ref(),
};

/** Has local values in place of AWS's account, region and ARNs. */
export class Template {
  /** CloudFormation's own, and the template's. */
  private readonly parameters: Readonly<Record<string, string>>;

  constructor(
    private readonly stack: string,
    private readonly source: TemplateSource,
    private readonly outputPrefix = "",
  ) {
    this.parameters = {
      ...Object.fromEntries(Object.entries(source.Parameters ?? {}).map(([name, { Default = "local" }]) => [name, Default])),
      "AWS::AccountId": ACCOUNT,
      "AWS::Partition": "aws",
      "AWS::Region": REGION,
      "AWS::StackId": buildArn("cloudformation", `stack/${stack}/local`),
      "AWS::StackName": stack,
      "AWS::URLSuffix": "amazonaws.com",
    };
    for (const [id, { Type, Condition }] of Object.entries(source.Resources)) {
      if (isIgnored(Type)) continue;
      if (!servedTypes.has(Type)) throw new TemplateError(`${id} (${Type}) cannot be served locally.`);
      if (Condition !== undefined) throw new TemplateError(`${id} (${Type}) has a condition, which cannot be served locally.`);
    }
  }

  /** Lists the resources of these types, in the template's order. */
  ofType(...types: readonly string[]): readonly Resource[] {
    return Object.entries(this.source.Resources)
      .filter(([, { Type }]) => types.includes(Type))
      .map(([id, declaration]) => ({
        id,
        type: declaration.Type,
        property: <T>(name: string) => this.resolve(declaration.Properties?.[name], this.placeOf(id)) as T | undefined,
        metadata: (name: string) => declaration.Metadata?.[name],
      }));
  }

  /** The resource's name, ARN or id, depending on its type. */
  ref(id: string): string {
    return this.reference(id, this.placeOf(id));
  }

  attribute(id: string, attribute: string): string {
    return this.attributeOf(id, attribute, this.placeOf(id));
  }

  output(name: string): string | undefined {
    const value = this.source.Outputs?.[`${this.outputPrefix}${name}`]?.Value;
    return value === undefined ? undefined : String(this.resolve(value, `the output ${name}`));
  }

  /** Returns this Gatehouse's outputs whose names end with `end`: the name's part before `end` -> the value. */
  outputsEnding(end: string): ReadonlyMap<string, string> {
    const names = Object.keys(this.source.Outputs ?? {}).filter((name) => name.startsWith(this.outputPrefix) && name.endsWith(end));
    const prefixes = names.map((name) => name.slice(this.outputPrefix.length, -end.length));
    return new Map(prefixes.map((prefix) => [prefix, String(this.output(`${prefix}${end}`))]));
  }

  private resolve(value: unknown, where: string): unknown {
    if (Array.isArray(value)) return value.map((each) => this.resolve(each, where));
    if (typeof value !== "object" || value === null) return value;
    const [name, argument] = Object.entries(value)[0] ?? [];
    if (name === "Ref" || name === "Condition" || name?.startsWith("Fn::")) return this.intrinsic(name, argument, where);
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, this.resolve(member, where)]));
  }

  private intrinsic(name: string, argument: unknown, where: string): unknown {
    switch (name) {
      case "Ref":
        return this.reference(String(argument), where);
      case "Fn::GetAtt": {
        const [id, attribute] = typeof argument === "string" ? argument.split(".", 2) : (argument as string[]);
        return this.attributeOf(String(id), String(attribute), where);
      }
      case "Fn::Join": {
        const [delimiter, parts] = this.resolve(argument, where) as [string, string[]];
        return parts.join(delimiter);
      }
      case "Fn::Select": {
        const [index, list] = this.resolve(argument, where) as [number | string, unknown[]];
        return list[Number(index)];
      }
      case "Fn::Split": {
        const [delimiter, text] = this.resolve(argument, where) as [string, string];
        return text.split(delimiter);
      }
      case "Fn::Sub":
        return this.substituted(argument, where);
      default:
        throw new TemplateError(`${where} uses ${name}, which cannot be resolved locally.`);
    }
  }

  private substituted(argument: unknown, where: string): string {
    const [text, own] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
    return text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      if (Object.hasOwn(own, name)) return String(this.resolve(own[name], where));
      const [id, attribute] = name.split(".", 2) as [string, string?];
      return attribute === undefined ? this.reference(id, where) : this.attributeOf(id, attribute, where);
    });
  }

  private reference(id: string, where: string): string {
    const parameter = this.parameters[id];
    if (parameter !== undefined) return parameter;
    const { Type, Properties = {} } = this.declaration(id, where);
    const functionArn = () => buildArn("lambda", `function:${this.resolve(Properties.FunctionName, where)}`);
    if (Type === "AWS::Lambda::Alias") return `${functionArn()}:${this.resolve(Properties.Name, where)}`;
    if (Type === "AWS::Lambda::Version") return `${functionArn()}:${ONLY_VERSION}`;
    if (Type === "AWS::SecretsManager::Secret") return buildArn("secretsmanager", `secret:${this.nameOf(id, "Name", where)}-000000`);
    const property = nameProperties[Type];
    return property === undefined ? id : this.nameOf(id, property, where);
  }

  private attributeOf(id: string, attribute: string, where: string): string {
    const { Type } = this.declaration(id, where);
    const make = attributes[`${Type}.${attribute}`];
    if (make !== undefined) return make(id, () => this.ref(id));
    // If the type is ignored, nothing local uses the attribute, so any text will do.
    if (isIgnored(Type)) return `${id}.${attribute}`;
    throw new TemplateError(`${where} needs ${attribute} of ${id} (${Type}), which cannot be resolved locally.`);
  }

  private placeOf(id: string): string {
    return `${id} (${this.source.Resources[id]?.Type})`;
  }

  private nameOf(id: string, property: string, where: string): string {
    const givenName = this.declaration(id, where).Properties?.[property];
    return givenName === undefined ? `${this.stack}-${id}` : String(this.resolve(givenName, where));
  }

  private declaration(id: string, where: string): Declaration {
    const declaration = this.source.Resources[id];
    if (declaration === undefined) throw new TemplateError(`${where} refers to ${id}, which the template does not have.`);
    return declaration;
  }
}

/** Returns a function that returns a gate's policy folder, absolute; undefined if the template has no such gate. */
export function folderOfGate(template: Template): (gate: string | undefined) => string | undefined {
  const folders = new Map(
    template.ofType("AWS::Lambda::Function").flatMap(({ metadata, property }) => {
      const servedPolicy = metadata(SERVED_POLICY) as ServedPolicy | undefined;
      const gate = property<{ readonly Variables?: Readonly<Record<string, string>> }>("Environment")?.Variables?.[environment.gate];
      return servedPolicy === undefined ? [] : [[gate, dirname(servedPolicy.file)] as const];
    }),
  );
  return (gate) => folders.get(gate);
}
