/** Names as companies have them: surnames, places, made-up words, trades, initials; also pairs of namesakes. */
const names =
  "abbottmills acmetools adatum adventureworks agilent-labs airbridge alderley alpineski amberwood anchorage-port andersonlegal apexfreight " +
  "arbormetrics arcadiafilm ashfordlaw aspenmeadow atlanticmarine atlasbearings auroralight avonlea balticshipping bankside barnesandco " +
  "baxterfoods baysidehealth beaconhill bellowsco bergmann bessemer birchtree blackrockquarry bluebirdtours blueyonder-air boltworks " +
  "boreal-energy brightwater bristolpaper broadleaf burkhardt cadencebank caldera calypso-soft cambridgeoptics canalworks capitolgrid " +
  "cardinalhealthsys carlton-hotels cascadepower castellan cedarstone centralrail chandler-media chesterton chromatix cirrusdata " +
  "citypower clearpath cliffordhall coastalcranes cobaltmining cohovineyard consolidatedmessenger contoso copperfield cordoba-textil " +
  "cornerstone crestview crownagents cumberland cypressmed daleford dalton-steel datumcorp deltafaucets denholm dovetail dragonfly " +
  "eastgate eastmoor ecliptic edgewater edisonlamps elmhurst emberline epsilonrobotics equinoxlabs esterhazy everglade fabrikam fairfield " +
  "falconridge farnborough fernhill fieldstone fincher finchley firebrand fjordline flintlock fontaine forthpoint fourthcoffee foxglove " +
  "frontier-ag fulcrum galileotech gardenia garnetwood gatwickparts geminimotors glenmore goldcrest goodwinmuller graphicdesigninstitute " +
  "greatlakesair greenfield greenshield greyhound-bus grovesfield gulfstate halcyon halvorsen hamiltonoptics harborview harrington " +
  "hartwell hawthorne hazelwood headland helix-bio heritagemuseum hexagon-metal highland hillcrest hollandmark horizonfood humongousinsurance " +
  "hydepark icefield idealpumps indigo-print ironbridge ironwood ivorytower jacksonwells jaderiver jasperlane junipergrove kestrelair " +
  "keystone kingfisher kingsbridge kirkland-paper knightsbridge kodiaktrucks lakeshore lamnahealthcare langford larkspur laurelhurst " +
  "leftbank libertydelightful lighthouse lindenhof litware lockwood longfellow lotusgarden lucernepublishing lumenworks maplecrest " +
  "margiestravel marlowe meadowbrook mercator meridian-sys metrobus midlandsteel millbrook millstone mirabel-foods monarchtea monterey " +
  "moonstone moorgate nautilus-sub newbridge newcastle-fab nightjar nodpublishers northbridge northfield northgate northstar-energy " +
  "northwind oakridge oakwood obsidian-sec oceanview olympus-pumps orchardhouse orionsteel osprey-air oxbow-gas pacificrim palisade " +
  "paragon-tiles parkway parnell-aero pathfinder pebblebrook pennine peregrine pinehurst pinnacle-hr piperfield plumtree polaris-nav " +
  "poppyfield portside prairiewind primrose proseware quantumgrid quarrybank queensferry quicksilver radcliffe rainford ravenscroft " +
  "redwood regentstreet relecloud richmond ridgeway riverbend riverside rockford rosewood rushmore saffronwalden sandpiper sapphire-it " +
  "seabright seacrest sequoia-soft shawbrook sheffield-steel shoreline silverlake skylark southridge southwind sparrowhawk springfield " +
  "stanfordbridge starling sterling stillwater stonebridge stonefield summerhill summit-tools sunnyside swanlake tailspintoys talisman " +
  "tamarack telford thistledown thornbury thornhill tidewater timberline topaz-trade treyresearch tribeca-art trinitylogistics trident " +
  "tulipbank turnbull tyneside umbertrade unionjack upland valewood valleyforge vanarsdel verdant victoria-mill vigilant vineyard " +
  "wainwright walbrook wallaby waterford waverley wellington westbridge westbrook westfield westgate weymouth whitecap whitehall " +
  "whitestone wideworldimporters wildflower willowbank winchester windermere wingtiptoys winterbourne wolverton woodbridge woodgrove " +
  "woodland woodlark yarrow-farm yellowstone yorkshiretea zenith-watch zephyr-air";

/** Several hundred domains, some with the same name elsewhere, as happens to plain words. */
export const realisticDomains: readonly string[] = [
  ...names.split(" ").map((name, index) => `${name}${[".com", ".com", ".com", ".co.uk", ".de", ".io", ".com", ".co.kr"][index % 8]}`),
  ..."kim-lee.com parkandson.kr smith.family jones.family brown.io braun.io meyer.de meier.de mayer.de hansen.dk hanson.com larsen.no".split(
    " ",
  ),
  ..."larson.com stewart-law.com stuart-law.com mail.adatum.com eu.fabrikam.com supplier01.com supplier02.com supplier10.com".split(" "),
  ..."alphagroup.com alpha.com betaservices.com beta.com a1steel.com b2btrade.com 3dworks.io 360media.com 7eleven.kr harborview.org keystone.de".split(
    " ",
  ),
];
