# The portal of LemonLDAP::NG as its package has it, with one account of its demonstration.
use strict;
use warnings;
use Lemonldap::NG::Portal::Main;
use Lemonldap::NG::Portal::UserDB::Demo;

%Lemonldap::NG::Portal::UserDB::Demo::demoAccounts =
  ( ann => { uid => 'ann', cn => 'Ann Person', mail => $ENV{EMAIL} } );

Lemonldap::NG::Portal::Main->run( {} );
