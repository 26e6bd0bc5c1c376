<?php

$config = [
    'people' => [
        'exampleauth:UserPass',
        'ann:' . getenv('PASSWORD') => [
            'uid' => ['ann'],
            'mail' => [getenv('EMAIL')],
            'givenName' => ['Ann'],
            'sn' => ['Person'],
        ],
    ],
];
