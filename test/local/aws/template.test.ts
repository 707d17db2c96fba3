import { Template, TemplateError } from "../../../local/aws/template";

const resources = {
  List: { Type: "AWS::DynamoDB::Table", Properties: {} },
  Named: { Type: "AWS::DynamoDB::Table", Properties: { TableName: "people" } },
  Step: { Type: "AWS::Lambda::Function", Properties: {} },
  Published: { Type: "AWS::Lambda::Version", Properties: { FunctionName: { Ref: "Step" } } },
  Live: { Type: "AWS::Lambda::Alias", Properties: { FunctionName: { Ref: "Step" }, Name: "live" } },
  Password: { Type: "AWS::SecretsManager::Secret", Properties: {} },
  Api: { Type: "AWS::ApiGateway::RestApi", Properties: {} },
  Stage: { Type: "AWS::ApiGateway::Stage", Properties: { StageName: "v1" } },
  Bus: { Type: "AWS::Events::EventBus", Properties: { Name: "own" } },
  Log: { Type: "AWS::Logs::LogGroup", Properties: {} },
};

/** What a property of a function resolves to. */
function resolved(value: unknown): unknown {
  const template = new Template("Gate", {
    Resources: { ...resources, Submission: { Type: "AWS::Lambda::Function", Properties: { value } } },
  });
  return template
    .ofType("AWS::Lambda::Function")
    .find(({ id }) => id === "Submission")
    ?.property("value");
}

describe("the local template reader", () => {
  it.each([
    { value: { Ref: "List" }, gives: "Gate-List" },
    { value: { Ref: "Named" }, gives: "people" },
    { value: { Ref: "Step" }, gives: "Gate-Step" },
    { value: { Ref: "Live" }, gives: "arn:aws:lambda:us-east-1:000000000000:function:Gate-Step:live" },
    { value: { Ref: "Published" }, gives: "arn:aws:lambda:us-east-1:000000000000:function:Gate-Step:1" },
    { value: { "Fn::GetAtt": ["Published", "Version"] }, gives: "1" },
    { value: { Ref: "Stage" }, gives: "v1" },
    { value: { Ref: "Password" }, gives: "arn:aws:secretsmanager:us-east-1:000000000000:secret:Gate-Password-000000" },
    { value: { Ref: "AWS::Region" }, gives: "us-east-1" },
    { value: { "Fn::GetAtt": ["List", "Arn"] }, gives: "arn:aws:dynamodb:us-east-1:000000000000:table/Gate-List" },
    { value: { "Fn::GetAtt": "List.StreamArn" }, gives: "arn:aws:dynamodb:us-east-1:000000000000:table/Gate-List/stream/local" },
    { value: { "Fn::GetAtt": ["Api", "RootResourceId"] }, gives: "Api.root" },
    { value: { Ref: "Bus" }, gives: "own" },
    { value: { "Fn::GetAtt": ["Bus", "Arn"] }, gives: "arn:aws:events:us-east-1:000000000000:event-bus/own" },
    { value: [{ Ref: "Log" }, { "Fn::GetAtt": ["Log", "Arn"] }], gives: ["Log", "Log.Arn"] },
    { value: { "Fn::Join": ["-", ["a", { Ref: "Stage" }]] }, gives: "a-v1" },
    { value: { "Fn::Select": ["1", { "Fn::Split": [":", "a:b:c"] }] }, gives: "b" },
    {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders
      value: { "Fn::Sub": "x-${AWS::AccountId}-${List}-${Step.Arn}-${!kept}" },
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders
      gives: "x-000000000000-Gate-List-arn:aws:lambda:us-east-1:000000000000:function:Gate-Step-${kept}",
    },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation's placeholders
    { value: { "Fn::Sub": ["${own}/${Stage}", { own: { Ref: "Named" } }] }, gives: "people/v1" },
    { value: { deep: [{ er: { Ref: "Named" } }, 1, true, null] }, gives: { deep: [{ er: "people" }, 1, true, null] } },
  ])("resolves $value", ({ value, gives }) => expect(resolved(value)).toEqual(gives));

  it.each([
    { value: { Ref: "Nobody" }, says: "Submission (AWS::Lambda::Function) refers to Nobody, which the template does not have." },
    {
      value: { "Fn::GetAtt": ["List", "Colour"] },
      says: "Submission (AWS::Lambda::Function) needs Colour of List (AWS::DynamoDB::Table), which cannot be resolved locally.",
    },
    {
      value: { "Fn::ImportValue": "x" },
      says: "Submission (AWS::Lambda::Function) uses Fn::ImportValue, which cannot be resolved locally.",
    },
  ])("refuses $value", ({ value, says }) => expect(() => resolved(value)).toThrow(new TemplateError(says)));

  it("refuses a resource that it cannot serve, and names it with its type", () => {
    const make = () => new Template("Gate", { Resources: { Site: { Type: "AWS::CloudFront::Distribution" } } });
    expect(make).toThrow(new TemplateError("Site (AWS::CloudFront::Distribution) cannot be served locally."));
  });

  it.each([
    "AWS::EC2::VPC",
    "AWS::Events::ApiDestination",
    "AWS::Events::Archive",
    "AWS::Events::Connection",
    "AWS::Events::EventBusPolicy",
    "AWS::KinesisFirehose::DeliveryStream",
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Logs::LogGroup",
    "AWS::S3::Bucket",
    "AWS::SNS::Subscription",
    "AWS::SQS::Queue",
  ])("ignores %s", (Type) => {
    expect(() => new Template("Gate", { Resources: { Other: { Type, Condition: "Sometimes" } } })).not.toThrow();
  });

  it("returns outputs, and undefined for a missing one", () => {
    const template = new Template("Gate", { Resources: resources, Outputs: { Table: { Value: { Ref: "List" } } } });
    expect([template.output("Table"), template.output("Other")]).toEqual(["Gate-List", undefined]);
  });
});
