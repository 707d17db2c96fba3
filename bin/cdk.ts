import { checkBeforeDeploy } from "../cli/before-deploy";
import { checkDeploymentsWith } from "../lib/deployable";

// `entra-gatehouse/cdk` exports the constructs. Loading it makes `cdk deploy` run doctor before it deploys.
checkDeploymentsWith(checkBeforeDeploy);

export * from "../lib/index";
