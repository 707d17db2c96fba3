import { checkBeforeDeploy } from "../cli/before-deploy";
import { checkDeploymentsWith } from "../lib/deployable";

// `entra-gatehouse/cdk` exports the constructs, and makes `cdk deploy` run the command line's checks first.
checkDeploymentsWith(checkBeforeDeploy);

export * from "../lib/index";
