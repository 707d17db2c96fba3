import { checkBeforeDeploy } from "../cli/before-deploy";
import { checkDeploymentsWith } from "../lib/deployable";

// `entra-gatehouse/cdk` contains the constructs, with the command line's checks of a deployment.
checkDeploymentsWith(checkBeforeDeploy);

export * from "../lib/index";
