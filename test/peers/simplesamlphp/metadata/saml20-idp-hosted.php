<?php

$folder = getenv('FOLDER');
$metadata['__DYNAMIC:1__'] = [
    'host' => '__DEFAULT__',
    'auth' => 'people',
    'privatekey' => 'server.key',
    'certificate' => 'server.crt',
    // Off by itself: without it a logout of another party's is not signed, and ends nothing here.
    'sign.logout' => true,
    'logouttype' => 'traditional',
    // The one algorithm that it has for this is AES-128-CBC.
    'assertion.encryption' => file_exists("$folder/encrypt"),
    // By itself it names nobody but by a transient NameID.
    'NameIDFormat' => 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
    'authproc' => [10 => ['class' => 'saml:PersistentNameID', 'attribute' => 'uid']],
];
