<?php

// SimpleSAMLphp as an identity provider of a test: everything that it writes is in a folder of the test's.
$folder = getenv('FOLDER');
$config = [
    'baseurlpath' => getenv('BASE') . '/',
    'certdir' => "$folder/cert/",
    'loggingdir' => "$folder/log/",
    'datadir' => "$folder/data/",
    'tempdir' => "$folder/tmp/",
    'metadatadir' => __DIR__ . '/metadata',
    'secretsalt' => 'of a test, and of nothing else',
    'auth.adminpassword' => 'of nobody',
    'technicalcontact_email' => 'nobody@peers.test',
    'timezone' => 'UTC',
    'logging.level' => 4,
    'logging.handler' => 'file',
    'enable.saml20-idp' => true,
    'module.enable' => ['core' => true, 'saml' => true, 'exampleauth' => true],
    'store.type' => 'phpsession',
    'session.phpsession.cookiename' => 'SimpleSAML',
    'session.phpsession.savepath' => "$folder/sessions",
    'session.cookie.secure' => false,
    'session.phpsession.httponly' => true,
    'language.default' => 'en',
    'metadata.sources' => array_merge(
        [['type' => 'flatfile']],
        file_exists("$folder/sp.xml") ? [['type' => 'xml', 'file' => "$folder/sp.xml"]] : []
    ),
];
