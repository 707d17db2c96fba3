import { Aspects, Stack } from "aws-cdk-lib";
import { Architecture, Function as LambdaFunction, LayerVersion, Runtime } from "aws-cdk-lib/aws-lambda";
import type { StackFeature } from "../../lib/feature";
import { buildBundle, sourceFile } from "../../lib/resources/bundle";

export interface TracingOption {
  readonly tracing?: boolean;
}

/** Tracing's code is in a layer. So tracing changes neither the functions' code nor the policy's version. */
export const stack: StackFeature<TracingOption, void> = {
  order: 84,
  name: "tracing",
  wanted: (_, { tracing = false }) => tracing,
  servedLocally: () => ({ tracing: false }),
  build(scope) {
    const layer = new LayerVersion(scope, "TracedCalls", {
      // A deployment may create only layers whose names begin with the stack's name.
      layerVersionName: `${Stack.of(scope).stackName}-${scope.node.addr.slice(-8)}`,
      description: "Writes a subsegment for each call that a function makes",
      code: buildBundle({ entry: sourceFile("features", "tracing", "trace-calls.lambda") }).code,
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.ARM_64],
    });
    Aspects.of(scope).add({
      visit(node) {
        if (!(node instanceof LambdaFunction)) return;
        node.addLayers(layer);
        node.addEnvironment("NODE_OPTIONS", "--require /opt/index.js");
      },
    });
  },
};
