// Enhances pages in browsers that run scripts. Every page works without; each part says what it does.

import { leadCharts } from "./charts";
import { offerCopies } from "./copy";
import { countMenu } from "./counts";
import { keepDrafts } from "./draft";
import { offerExports } from "./export";
import { goOn } from "./goes-on";
import { offerKeys } from "./keys";
import { keepLive } from "./live";
import { offerPalette } from "./palette";
import { openBeside } from "./panel";
import { askInPlace } from "./questions";
import { moveAmongRows } from "./rows";

keepDrafts();
askInPlace();
offerExports();
goOn();
offerCopies();
countMenu();
offerPalette();
keepLive();
moveAmongRows();
offerKeys();
openBeside();
leadCharts();
